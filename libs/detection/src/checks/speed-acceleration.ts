// Speed against acceleration: how much faster a sender became, and how much its own accelerations would have made it.
import { REVERSING_SPEED, type Sample } from '../sender-history.js';

const SPEED_SIGMA = 0.2;
/** An accelerometer is off by so much all the time: its bias, and the slope of the road. */
const BIAS = 0.15;

/** The gap in standard deviations, ≥ 0; undefined where a speed or an acceleration is missing. */
export function speedAccelerationGap(earlier: Sample, now: Sample, scale: number): number | undefined {
  const { speedMetresPerSecond: before } = earlier.motion;
  const { speedMetresPerSecond: after } = now.motion;
  const gain = now.gain - earlier.gain;
  if (before === undefined || after === undefined || Number.isNaN(gain)) return undefined;
  const seconds = now.motion.timeSeconds - earlier.motion.timeSeconds;
  const measured = 2 * SPEED_SIGMA ** 2 + (BIAS * seconds) ** 2;
  const gap = Math.abs(after - before - gain);
  // In reverse the speed has no sign and the acceleration has one.
  const gapInReverse = Math.abs(after - before + gain);
  const least = Math.max(before, after) < REVERSING_SPEED ? Math.min(gap, gapInReverse) : gap;
  return least / (scale * Math.sqrt(measured + now.gainVariance - earlier.gainVariance));
}

/** What hard braking that begins and ends between two messages changes at most: 9 m/s² reached and left within 0.3 s each. */
const MOST_UNSEEN_ACCELERATION = 6.3;

/**
 * How much of a change of speed no braking between two messages explains, in standard deviations, ≥ 0: the accelerations
 * on both sides know nothing of it. Undefined where something is missing.
 */
export function unseenSpeedChange(earlier: Sample, now: Sample): number | undefined {
  const { speedMetresPerSecond: before } = earlier.motion;
  const { speedMetresPerSecond: after } = now.motion;
  const gain = now.gain - earlier.gain;
  if (before === undefined || after === undefined || Number.isNaN(gain)) return undefined;
  const seconds = now.motion.timeSeconds - earlier.motion.timeSeconds;
  const possible = MOST_UNSEEN_ACCELERATION * seconds;
  const error = Math.sqrt(2 * SPEED_SIGMA ** 2 + now.gainVariance - earlier.gainVariance);
  return Math.max(0, Math.abs(after - before - gain) - possible) / error;
}
