// What one message alone makes implausible.
import type { Motion } from '../motion.js';
import { TOP_SPEED } from './position-jump.js';

const MOST_ACCELERATION = 9;

/** Faster than any road car, in standard deviations, ≥ 0; undefined without a speed. A negative speed counts by its size. */
export function speedExcess({ speedMetresPerSecond: speed }: Motion): number | undefined {
  return speed === undefined ? undefined : Math.max(0, Math.abs(speed) - TOP_SPEED) / 0.3;
}

/** Brakes or pulls away harder than tyres hold. */
export function accelerationExcess({ acceleration }: Motion): number | undefined {
  return acceleration === undefined ? undefined : Math.max(0, Math.abs(acceleration) - MOST_ACCELERATION) / 0.5;
}

/** Claims to be where no radio would be heard. Radio range is no sharp edge: 2 % of it is one standard deviation. */
export function rangeExcess(
  motion: Motion,
  receiver: { eastMetres: number; northMetres: number },
  range: number,
): number {
  const distance = Math.hypot(motion.eastMetres - receiver.eastMetres, motion.northMetres - receiver.northMetres);
  return Math.max(0, distance - range) / Math.hypot(0.02 * range, motion.positionSigmaMetres);
}
