// Position against time: no road car goes farther than its top speed takes it.
import type { Sample } from '../sender-history.js';

export const TOP_SPEED = 70;

/** The distance beyond the possible one, in standard deviations, ≥ 0. Needs neither speed nor heading. */
export function positionJumpExcess(earlier: Sample, now: Sample, scale: number): number {
  const moved = Math.hypot(
    now.motion.eastMetres - earlier.motion.eastMetres,
    now.motion.northMetres - earlier.motion.northMetres,
  );
  const reach = TOP_SPEED * (now.motion.timeSeconds - earlier.motion.timeSeconds);
  const sigma = scale * Math.hypot(now.motion.positionSigmaMetres, earlier.motion.positionSigmaMetres);
  return Math.max(0, moved - reach) / sigma;
}
