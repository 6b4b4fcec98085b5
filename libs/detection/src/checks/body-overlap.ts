// Two cars are not in one place.
import type { Motion } from '../motion.js';

/** Centres of two cars side by side are at least so far apart. */
const LEAST_DISTANCE_METRES = 1.8;
/** Accuracy better than a claim of this much is not believed for two different antennas. */
const LEAST_SIGMA_METRES = 0.3;
const RADIANS = Math.PI / 180;

/**
 * How much closer than two bodies allow `now` is to another sender's last message, moved on to the same time, in standard
 * deviations, ≥ 0. With errors of more than a metre two lanes are one, and nothing is said.
 */
export function overlapExcess(now: Motion, other: Motion): number {
  const seconds = now.timeSeconds - other.timeSeconds;
  const length = (other.speedMetresPerSecond ?? 0) * seconds;
  const heading = (other.headingDegrees ?? 0) * RADIANS;
  const east = now.eastMetres - other.eastMetres - length * Math.sin(heading);
  const north = now.northMetres - other.northMetres - length * Math.cos(heading);
  const sigma = Math.hypot(now.positionSigmaMetres, other.positionSigmaMetres, LEAST_SIGMA_METRES, seconds);
  return Math.max(0, LEAST_DISTANCE_METRES - Math.hypot(east, north)) / sigma;
}
