// Dice for the road and the scenario only: repeatable from a seed, worthless for cryptography.
// It deals fractions, not bytes, so it cannot stand in for the Random port that keys and nonces are drawn from.

/** The next fraction, 0 ≤ f < 1. */
export type RoadRandom = () => number;

/** Mulberry32 over a 32-bit state; `stream` gives independent dice from one seed. */
export function createRoadRandom(seed: number, stream = 0): RoadRandom {
  let state = (mix(seed >>> 0) ^ mix(Math.imul(stream + 1, 0x9e3779b9))) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state) / 2 ** 32;
  };
}

function mix(state: number): number {
  let value = Math.imul(state ^ (state >>> 15), state | 1);
  value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
  return (value ^ (value >>> 14)) >>> 0;
}

/** Standard normal by Box and Muller (1958). */
export function normal(random: RoadRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
