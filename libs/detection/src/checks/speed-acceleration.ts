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

/** Hardest braking, and the time brakes take to build up and to let go again. */
const HARDEST_BRAKING = 9;
const BUILD_UP_SECONDS = 0.5;
const LEAST_CHANGE = 1;

/**
 * How much of the change of speed from one message to the very next no braking between them explains, in standard
 * deviations, ≥ 0: the accelerations on both sides know nothing of it. Undefined where something is missing.
 */
export function unseenSpeedChange(previous: Sample, now: Sample): number | undefined {
  const { speedMetresPerSecond: before } = previous.motion;
  const { speedMetresPerSecond: after } = now.motion;
  const gain = now.gain - previous.gain;
  if (before === undefined || after === undefined || Number.isNaN(gain)) return undefined;
  const seconds = now.motion.timeSeconds - previous.motion.timeSeconds;
  const possible = LEAST_CHANGE + HARDEST_BRAKING * Math.max(0, seconds - BUILD_UP_SECONDS);
  const error = Math.sqrt(2 * SPEED_SIGMA ** 2 + now.gainVariance - previous.gainVariance);
  return Math.max(0, Math.abs(after - before - gain) - possible) / error;
}
