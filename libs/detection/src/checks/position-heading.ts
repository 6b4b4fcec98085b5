// Position against heading: the direction a sender went, and the one it said it was pointing.
import { REVERSING_SPEED, type Sample } from '../sender-history.js';

/** A car slips, and a chord is not its arc. */
const TOLERANCE_DEGREES = 10;
const SYSTEMATIC_DEGREES = 5;
const DEGREES = 180 / Math.PI;

/**
 * The angle between the way made and the reckoned one beyond what is tolerated, in standard deviations, ≥ 0. Undefined
 * where either way is not clearly longer than its error, or something is missing: then nothing can be said.
 */
export function positionHeadingGap(earlier: Sample, now: Sample, scale: number): number | undefined {
  const wayEast = now.wayEast - earlier.wayEast;
  const wayNorth = now.wayNorth - earlier.wayNorth;
  const east = now.motion.eastMetres - earlier.motion.eastMetres;
  const north = now.motion.northMetres - earlier.motion.northMetres;
  const shorter = Math.min(Math.hypot(wayEast, wayNorth), Math.hypot(east, north));
  const noise = scale * scale * (now.motion.positionSigmaMetres ** 2 + earlier.motion.positionSigmaMetres ** 2);
  const sigma = Math.sqrt(noise + now.wayVariance - earlier.wayVariance);
  if (!(shorter > 4 && shorter > 5 * sigma)) return undefined;
  const angle = Math.abs(Math.atan2(wayEast * north - wayNorth * east, wayEast * east + wayNorth * north)) * DEGREES;
  const seconds = now.motion.timeSeconds - earlier.motion.timeSeconds;
  if (shorter < (REVERSING_SPEED + 1) * seconds && angle > 180 - 2 * TOLERANCE_DEGREES - (sigma / shorter) * DEGREES)
    return 0;
  const heading = Math.min(
    now.motion.headingSigmaDegrees,
    (3 * now.motion.headingSigmaDegrees) / Math.sqrt(1 + seconds),
  );
  const error = Math.hypot((sigma / shorter) * DEGREES, heading, SYSTEMATIC_DEGREES);
  return Math.max(0, angle - TOLERANCE_DEGREES) / error;
}
