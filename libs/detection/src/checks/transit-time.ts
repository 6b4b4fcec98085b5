// The time a message says it was made, and the time it came: old messages sent again are late by their signed time.

const TOLERATED_SECONDS = 0.3;
const SIGMA_SECONDS = 0.1;

/** Later or earlier than usual by more than queues explain, in standard deviations, ≥ 0. `usual` takes clocks out. */
export function transitExcess(transitSeconds: number, usual: number): number {
  return Math.max(0, Math.abs(transitSeconds - usual) - TOLERATED_SECONDS) / SIGMA_SECONDS;
}
