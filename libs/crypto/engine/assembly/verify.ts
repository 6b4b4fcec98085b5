/** The verification of GB/T 32918.2-2016 7.1, steps B5 to B7, over a digest e. All its numbers are public. */
import { multiply, square, subtract } from './field';
import { elementOfWords, isZero, P } from './field-words';
import { Z } from './point';
import { publicProduct, publicProductKnown } from './public-product';
import { addScalars, isScalar, N, reduceScalar, subtractScalars } from './scalar';
import { isBelow, isZeroWords } from './words';

const t: usize = memory.data(32, 8);
const x: usize = memory.data(32, 8);
const sum: usize = memory.data(216, 8);
const zz: usize = memory.data(72, 8);
const element: usize = memory.data(72, 8);

/** Whether X/Z² of `sum` is the number in x: compared as X = x·Z², which needs no inversion. */
function hasAbscissa(): bool {
  elementOfWords(element, x);
  multiply(element, element, zz);
  subtract(element, element, sum);
  return isZero(element) !== 0;
}

/** Whether r = (e + x1) mod n for the x1 of `sum`: x1 is r − e, or that and n where it still is below p. */
function isMatch(e: usize, r: usize): bool {
  if (isZero(sum + Z)) return false;
  square(zz, sum + Z);
  reduceScalar(x, e);
  subtractScalars(x, r, x);
  if (hasAbscissa()) return true;
  let c: u64 = 0;
  for (let at: usize = 0; at < 32; at += 4) {
    c = (c >> 32) + <u64>load<u32>(x + at) + <u64>load<u32>(N + at);
    store<u32>(x + at, <u32>c);
  }
  return c >> 32 === 0 && isBelow(x, P) !== 0 && hasAbscissa();
}

/** t = r + s; false when r, s or t is no scalar. */
export function isWellFormed(r: usize, s: usize): bool {
  if (isScalar(r) === 0 || isScalar(s) === 0) return false;
  addScalars(t, r, s);
  return isZeroWords(t) === 0;
}

/** Whether (r, s) is good for e under the affine point of a public key. */
export function isSignature(e: usize, r: usize, s: usize, q: usize): bool {
  if (!isWellFormed(r, s)) return false;
  publicProduct(sum, s, t, q);
  return isMatch(e, r);
}

/** As `isSignature` with the tables of a known key. */
export function isSignatureOfKnown(e: usize, r: usize, s: usize, tables: usize): bool {
  if (!isWellFormed(r, s)) return false;
  publicProductKnown(sum, s, t, tables);
  return isMatch(e, r);
}
