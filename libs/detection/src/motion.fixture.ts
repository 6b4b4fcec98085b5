// A car for the specs: it goes north at 10 m/s, and says so.
import type { Motion } from './motion.js';
import { type Sample, SenderHistory } from './sender-history.js';

/** What the car says after so many seconds. */
export function motionAt(seconds: number, changes: Partial<Motion> = {}): Motion {
  return {
    timeSeconds: seconds,
    eastMetres: 0,
    northMetres: 10 * seconds,
    positionSigmaMetres: 1,
    speedMetresPerSecond: 10,
    acceleration: 0,
    headingDegrees: 0,
    headingSigmaDegrees: 3,
    ...changes,
  };
}

/** The samples of some messages, in order. */
export function samplesOf(...motions: Motion[]): Sample[] {
  const history = new SenderHistory();
  return motions.map((motion) => history.extend(motion));
}
