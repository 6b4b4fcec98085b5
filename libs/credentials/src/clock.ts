/** Time is handed in: rules take `nowMillis`, services take a Clock. Simulated weeks run on a clock of the scenario's. */
export interface Clock {
  /** Unix milliseconds, UTC. */
  nowMillis(): number;
}

export const systemClock: Clock = { nowMillis: () => Date.now() };
