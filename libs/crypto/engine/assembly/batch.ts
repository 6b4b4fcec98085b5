/**
 * P + k·G and k·G for many k at once. The products go on side by side, window by window, as affine points: an affine addition
 * costs 5 products and a square instead of 8 and 3, and the inversion it needs is shared by a group of 256: more would save little
 * and leave the processor's cache. Few are done one by one and share only the last inversion.
 */
import { addAffineComplete, affineOfPoints, AFFINE_BYTES, invertElement, POINT_BYTES, pointOfAffine, Y } from './point';
import {
  carry,
  copy,
  FIELD_BYTES,
  multiply,
  negateIf,
  square,
  subtract,
  subtractCarried,
  subtractDouble,
} from './field';
import { lookUpBase, multiplyBase, readyBase, WINDOWS } from './base';
import { makeOdd } from './odd-digits';
import { wipeWork } from './wipe';

/** The most scalars of one call. */
export const MOST: i32 = 1024;
/** The most that go on side by side. */
const GROUP: i32 = 256;
/** From here on the shared inversions of 35 windows cost less than they save. */
const LEAST_SIDE_BY_SIDE: i32 = 32;

const odd: usize = memory.data(8192, 8);
const signs: usize = memory.data(2048, 8);
const sums: usize = memory.data(36864, 8);
const chosen: usize = memory.data(36864, 8);
const products: usize = memory.data(18432, 8);
const points: usize = memory.data(55296, 8);

const inverse: usize = memory.data(72, 8);
const slope: usize = memory.data(72, 8);
const work: usize = memory.data(72, 8);

/** sums[n] += chosen[n] for all n: no two may be equal or opposite. Leaves nothing of use in `chosen`. */
function addAll(count: usize): void {
  for (let n: usize = 0; n < count; n++) {
    const denominator = products + n * FIELD_BYTES;
    const run = chosen + n * AFFINE_BYTES;
    subtract(run, run, sums + n * AFFINE_BYTES); // x2 − x1
    if (n === 0) copy(denominator, run);
    else multiply(denominator, denominator - FIELD_BYTES, run);
  }
  invertElement(inverse, products + (count - 1) * FIELD_BYTES);
  for (let n = count; n-- > 0;) {
    const to = sums + n * AFFINE_BYTES;
    const run = chosen + n * AFFINE_BYTES;
    const rise = run + Y;
    if (n > 0) {
      multiply(slope, inverse, products + (n - 1) * FIELD_BYTES);
      multiply(inverse, inverse, run);
    } else copy(slope, inverse);
    subtract(rise, rise, to + Y); // loose: a chosen y may be a difference
    multiply(slope, rise, slope);
    square(work, slope);
    subtract(work, work, run);
    subtractDouble(work, work, to); // x' = λ² − x1 − x2 = λ² − (x2 − x1) − 2·x1
    subtract(run, to, work);
    copy(to, work);
    multiply(work, run, slope);
    subtractCarried(to + Y, work, to + Y); // y' = λ·(x1 − x') − y1
  }
}

/** sums[n] = k[n]·G for the scalars in `odd` and their signs. Why no two that meet are equal or opposite: see base.ts. */
function multiplySideBySide(count: usize): void {
  readyBase();
  for (let n: usize = 0; n < count; n++) lookUpBase(sums + n * AFFINE_BYTES, odd + n * 32, WINDOWS - 1);
  for (let i = WINDOWS - 2; i >= 0; i--) {
    for (let n: usize = 0; n < count; n++) lookUpBase(chosen + n * AFFINE_BYTES, odd + n * 32, i);
    addAll(count);
  }
  for (let n: usize = 0; n < count; n++) {
    const y = sums + n * AFFINE_BYTES + Y;
    negateIf(y, y, load<i64>(signs + n * 8));
    carry(y, y);
  }
}

/** `multiplyBaseMany` for one group. */
function multiplyGroup(to: usize, scalars: usize, count: i32, start: usize): bool {
  const many = <usize>count;
  const isSideBySide = count >= LEAST_SIDE_BY_SIDE;
  if (isSideBySide) {
    for (let n: usize = 0; n < many; n++) store<i64>(signs + n * 8, makeOdd(odd + n * 32, scalars + n * 32));
    multiplySideBySide(many);
  } else {
    for (let n: usize = 0; n < many; n++) multiplyBase(points + n * POINT_BYTES, scalars + n * 32);
  }
  if (isSideBySide && start === 0) {
    memory.copy(to, sums, many * AFFINE_BYTES);
    return true;
  }
  for (let n: usize = 0; n < many; n++) {
    const point = points + n * POINT_BYTES;
    if (isSideBySide) pointOfAffine(point, sums + n * AFFINE_BYTES);
    if (start !== 0) addAffineComplete(point, point, start);
  }
  return affineOfPoints(to, points, POINT_BYTES, count, products) !== 0;
}

/**
 * to = P + k·G for each of `count` scalars (words, 32 bytes each), affine, 144 bytes each; k·G when `start` is 0.
 * False when one of the sums is infinity. `count` is 1 … 1024.
 */
export function multiplyBaseMany(to: usize, scalars: usize, count: i32, start: usize): bool {
  let isGood = true;
  for (let at = 0; at < count && isGood; at += GROUP) {
    isGood = multiplyGroup(to + <usize>at * AFFINE_BYTES, scalars + <usize>at * 32, min(GROUP, count - at), start);
  }
  wipe(<usize>min(GROUP, count));
  return isGood;
}

/** The scalars, and what could tell of them. */
function wipe(count: usize): void {
  memory.fill(odd, 0, count * 32);
  memory.fill(signs, 0, count * 8);
  memory.fill(sums, 0, count * AFFINE_BYTES);
  memory.fill(chosen, 0, count * AFFINE_BYTES);
  memory.fill(products, 0, count * FIELD_BYTES);
  memory.fill(points, 0, count * POINT_BYTES);
  memory.fill(inverse, 0, FIELD_BYTES);
  memory.fill(slope, 0, FIELD_BYTES);
  memory.fill(work, 0, FIELD_BYTES);
  wipeWork();
}
