// What a receiver on the roof gets wrong: a slow error of position that its neighbours in time share, and small ones of
// speed and heading. First-order Gauss–Markov processes, stepped exactly for any interval.
import type { RoadRandom } from './road-random.js';
import { normal } from './road-random.js';

/** Errors to add to the truth. */
export interface GnssError {
  readonly eastMetres: number;
  readonly northMetres: number;
  readonly speedMetresPerSecond: number;
  readonly headingDegrees: number;
}

/** Standard deviations and correlation times. A BSM claims `a1m`: 95 % within a metre. */
const POSITION = { sigma: 0.35, seconds: 30 };
const SPEED = { sigma: 0.05, seconds: 1 };
const HEADING = { sigma: 0.2, seconds: 1 };

export function firstError(random: RoadRandom): GnssError {
  return {
    eastMetres: POSITION.sigma * normal(random),
    northMetres: POSITION.sigma * normal(random),
    speedMetresPerSecond: SPEED.sigma * normal(random),
    headingDegrees: HEADING.sigma * normal(random),
  };
}

/** The error so many seconds later. */
export function laterError(error: GnssError, seconds: number, random: RoadRandom): GnssError {
  const next = (value: number, process: typeof POSITION) => {
    const kept = Math.exp(-seconds / process.seconds);
    return value * kept + process.sigma * Math.sqrt(1 - kept * kept) * normal(random);
  };
  return {
    eastMetres: next(error.eastMetres, POSITION),
    northMetres: next(error.northMetres, POSITION),
    speedMetresPerSecond: next(error.speedMetresPerSecond, SPEED),
    headingDegrees: next(error.headingDegrees, HEADING),
  };
}
