/** An order that nobody can foresee: Fisher–Yates with unbiased draws. */
import type { Random } from '#crypto/random.js';

const RANGE = 2 ** 32;

/** A whole number 0 … bound−1, each as likely: draws beyond the largest multiple of `bound` are thrown away. */
function below(bound: number, random: Random): number {
  const fair = RANGE - (RANGE % bound);
  for (;;) {
    const draw = Buffer.from(random.bytes(4)).readUInt32BE();
    if (draw < fair) return draw % bound;
  }
}

/** The same items in a random order, as a new array. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = below(last + 1, random);
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}
