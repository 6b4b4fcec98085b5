/** An order that nobody can foresee: Fisher–Yates with unbiased draws. */
import type { Random } from '#crypto/random.js';

const RANGE = 2 ** 32;
const DRAW_BYTES = 4;

/** 32-bit draws, asked for in one go for as many as are likely to be needed. */
function drawer(random: Random, likely: number): () => number {
  let bytes = Buffer.from(random.bytes(likely * DRAW_BYTES));
  let at = 0;
  return () => {
    if (at === bytes.length) [bytes, at] = [Buffer.from(random.bytes(DRAW_BYTES)), 0];
    at += DRAW_BYTES;
    return bytes.readUInt32BE(at - DRAW_BYTES);
  };
}

/** A whole number 0 … bound−1, each as likely: draws beyond the largest multiple of `bound` are thrown away. */
function below(bound: number, draw: () => number): number {
  const fair = RANGE - (RANGE % bound);
  for (;;) {
    const drawn = draw();
    if (drawn < fair) return drawn % bound;
  }
}

/** The same items in a random order, as a new array. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const mixed = [...items];
  const draw = drawer(random, Math.max(0, items.length - 1));
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = below(last + 1, draw);
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}
