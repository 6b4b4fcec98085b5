// Position against speed: how far a sender went between two messages, and how far its own speeds would have taken it.
import { ASIDE_METRES, type Sample } from '../sender-history.js';

/** A speedometer is wrong by a share, and by a little where it is slow. */
const SPEED_SHARE = 0.015;
const SPEED_BIAS = 0.05;
const MOST_REVERSED_METRES = 25;
/** Place and speed of a message may be so much apart in time. */
const LATENCY_SECONDS = 0.3;
const RADIANS = Math.PI / 180;

/** How far apart two places of one sender are, in claimed deviations of an axis: 1.18 is the median of one that stands. */
export function wanderOf(earlier: Sample, now: Sample): number {
  const east = now.motion.eastMetres - earlier.motion.eastMetres;
  const north = now.motion.northMetres - earlier.motion.northMetres;
  return Math.hypot(east, north) / Math.hypot(now.motion.positionSigmaMetres, earlier.motion.positionSigmaMetres);
}

/**
 * The gap between the distance travelled and the reckoned one, in standard deviations, ≥ 0; undefined where a speed or
 * heading is missing. Only lengths are compared, so a common error of heading says nothing. `scale` is what one
 * claimed deviation is worth.
 */
export function positionSpeedGap(earlier: Sample, now: Sample, scale: number): number | undefined {
  const reckoned = Math.hypot(now.wayEast - earlier.wayEast, now.wayNorth - earlier.wayNorth);
  const wayLength = Math.abs(now.wayLength - earlier.wayLength);
  if (Number.isNaN(reckoned)) return undefined;
  const east = now.motion.eastMetres - earlier.motion.eastMetres;
  const north = now.motion.northMetres - earlier.motion.northMetres;
  const noise = scale * scale * (now.motion.positionSigmaMetres ** 2 + earlier.motion.positionSigmaMetres ** 2);
  // Errors across the way make it look longer, and where there was none, those along it, too: their mean is taken off.
  const axes = reckoned * reckoned > 4 * noise ? 1 : 2;
  const moved = Math.sqrt(Math.max(0, east * east + north * north - axes * noise));
  // A heading that jitters by h makes the reckoned way shorter, by cos h in the mean.
  const jitter = (now.motion.headingSigmaDegrees * RADIANS) ** 2 / 2;
  const seconds = now.motion.timeSeconds - earlier.motion.timeSeconds;
  const change = Math.abs((now.motion.speedMetresPerSecond ?? 0) - (earlier.motion.speedMetresPerSecond ?? 0));
  const moving = reckoned > 0 ? SPEED_BIAS * seconds : 0;
  const systematic = (SPEED_SHARE + jitter) * wayLength + moving + LATENCY_SECONDS * change;
  const variance = noise + now.wayVariance - earlier.wayVariance + systematic ** 2 + ASIDE_METRES ** 2;
  // Who reverses takes back twice what it says it went.
  const reversed = Math.min(2 * (now.slowLength - earlier.slowLength), MOST_REVERSED_METRES);
  return Math.max(moved - reckoned, Math.max(0, reckoned - moved - reversed)) / Math.sqrt(variance);
}
