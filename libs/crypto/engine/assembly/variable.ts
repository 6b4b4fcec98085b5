/**
 * k·P for a secret k and any point P of the curve: windows of 5 bits over the 16 odd multiples 1, 3 … 31 of P, every
 * look-up reading them all.
 *
 * Why `addAffine` may be used: before window i the sum is a·P, after five doublings 32a·P with 0 < 32a < 2^(256−5i) + 2^6,
 * and the entry is e·P with |e| < 32. For i ≥ 1 both 32a − e and 32a + e lie between 0 and n, so that the points, whose order
 * is the prime n, are neither equal nor opposite. For i = 0 they can be, and the last addition is the complete one. The odd
 * multiples themselves, below 32, never meet.
 */
import { carry, negateIf } from './field';
import { makeOdd, oddDigit } from './odd-digits';
import { lookUp, storeOddMultiples } from './odd-table';
import { addAffine, addAffineComplete, AFFINE_BYTES, doublePoint, pointOfAffine, Y } from './point';

export const BITS: i32 = 5;
export const ENTRIES: i32 = 16;
/** 51 · 5 = 255: above the 51 windows stands one digit, which is 1 for every odd scalar. */
export const WINDOWS: i32 = 51;

const entries: usize = memory.data(1024, 16);
const odd: usize = memory.data(32, 8);
const entry: usize = memory.data(144, 8);

/** to = k·P, Jacobian, for an affine P of the curve and k in [1, n−1]. */
export function multiplyPoint(to: usize, q: usize, k: usize): void {
  pointOfAffine(to, q);
  storeOddMultiples(entries, to, ENTRIES, 1, 0);
  const sign = makeOdd(odd, k);
  for (let i = WINDOWS - 1; i >= 0; i--) {
    for (let n = 0; n < BITS; n++) doublePoint(to, to);
    lookUp(entry, entries, ENTRIES, oddDigit(odd, i, BITS, false));
    if (i > 0) addAffine(to, to, entry);
    else addAffineComplete(to, to, entry);
  }
  negateIf(to + Y, to + Y, sign);
  carry(to + Y, to + Y);
  memory.fill(odd, 0, 32);
  memory.fill(entry, 0, AFFINE_BYTES);
}
