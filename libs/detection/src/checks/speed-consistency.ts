// Speed against time: no road car changes its speed faster than its tyres hold.
import type { Sample } from '../sender-history.js';

const HARDEST_BRAKING = 9;
const HARDEST_PULLING_AWAY = 6;
const SPEED_SIGMA = 0.3;

/** The change of speed beyond the possible one, in standard deviations, ≥ 0; undefined where a speed is missing. */
export function speedChangeExcess(earlier: Sample, now: Sample): number | undefined {
  const { speedMetresPerSecond: before } = earlier.motion;
  const { speedMetresPerSecond: after } = now.motion;
  if (before === undefined || after === undefined) return undefined;
  const seconds = now.motion.timeSeconds - earlier.motion.timeSeconds;
  const possible = (after > before ? HARDEST_PULLING_AWAY : HARDEST_BRAKING) * seconds;
  return Math.max(0, Math.abs(after - before) - possible) / (SPEED_SIGMA * Math.SQRT2);
}
