/**
 * A scalar as a row of odd signed digits of w bits: k = Σ d[i]·2^(w·i) with d[i] odd and |d[i]| < 2^w. No digit is zero,
 * so a product by them makes the same additions for every scalar. Only odd k has such a row: for an even one n − k is taken,
 * and the product is the negative.
 */
import { N } from './scalar';
import { WORDS_BYTES } from './words';

/** to = k when k is odd, else n − k; the answer is −1 when it is n − k, else 0. */
export function makeOdd(to: usize, k: usize): i64 {
  const isEven = ((<i64>load<u64>(k)) & 1) - 1;
  let c: i64 = 0;
  for (let at: usize = 0; at < WORDS_BYTES; at += 4) {
    const digit = <i64>load<u32>(k + at);
    const other = <i64>load<u32>(N + at) - digit + (c >> 32);
    c = other;
    store<u32>(to + at, <u32>(digit ^ ((digit ^ other) & isEven)));
  }
  return isEven;
}

/**
 * Digit i of an odd scalar as 2·index + 1 and a sign: the index (0 … 2^(w−1) − 1) is the answer, and in the sign bit (the
 * top one) stands whether it is negative. The digit is 2u + 1 − 2^w for the w bits u above bit w·i; above the last whole
 * window the bits are taken as they are, positive.
 */
export function oddDigit(k: usize, i: i32, w: i32, isLast: bool): i32 {
  const bit = w * i + 1;
  const at = (<usize>(bit >> 6)) << 3;
  const shift = <u64>(bit & 63);
  let bits = load<u64>(k + at) >> shift;
  // Where the window ends depends on i alone, not on the scalar.
  if (shift > <u64>(64 - w) && at < 24) bits |= load<u64>(k + at + 8) << (64 - shift);
  const u = (<i32>bits) & ((1 << w) - 1);
  if (isLast) return u;
  const isNegative = (u >> (w - 1)) - 1;
  return ((u ^ isNegative) & ((1 << (w - 1)) - 1)) | (isNegative & (1 << 31));
}
