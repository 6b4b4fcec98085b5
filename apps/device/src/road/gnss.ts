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

/** The errors so many seconds later. */
export function laterErrors(errors: readonly GnssError[], seconds: number, random: RoadRandom): GnssError[] {
  const [position, speed, heading] = [over(POSITION, seconds), over(SPEED, seconds), over(HEADING, seconds)];
  return errors.map((error) => ({
    eastMetres: error.eastMetres * position.kept + position.fresh * normal(random),
    northMetres: error.northMetres * position.kept + position.fresh * normal(random),
    speedMetresPerSecond: error.speedMetresPerSecond * speed.kept + speed.fresh * normal(random),
    headingDegrees: error.headingDegrees * heading.kept + heading.fresh * normal(random),
  }));
}

/** What of an old error is left after so long, and how much comes anew, so that the deviation stays what it is. */
function over({ sigma, seconds: memory }: typeof POSITION, seconds: number): { kept: number; fresh: number } {
  const kept = Math.exp(-seconds / memory);
  return { kept, fresh: sigma * Math.sqrt(1 - kept * kept) };
}
