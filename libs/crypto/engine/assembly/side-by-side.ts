/**
 * Many sums of points made side by side, as affine points: an addition costs 5 products and a square instead of 8 and 3, a
 * doubling 5 and 2 instead of 4 and 4, and the inversion that a step needs is shared by all who take it. The lanes are the
 * numbers 0 … LANES − 1; what goes on in them are the same steps for all, whatever their points are.
 */
import { AFFINE_BYTES, invertElement, ONE, POINT_BYTES, pointOfAffine, affineOfPoints, Y } from './point';
import { copy, FIELD_BYTES, multiply, square, subtract, subtractCarried, subtractDouble } from './field';
import { isZero } from './field-words';

/** The most that go on side by side: more would save little and leave the processor's cache. */
export const LANES: i32 = 256;

/** The sum of each lane, affine and clean. */
export const sums: usize = memory.data(36864, 8);
/** What is added to each; its y may be a difference. */
export const chosen: usize = memory.data(36864, 8);
/** Jacobian points, one for each lane, for steps that are not taken side by side. */
export const points: usize = memory.data(55296, 8);

/** 3/2 in Montgomery form. */
const THREE_HALVES: usize = memory.data<i64>([0x30, 0x0, 0x1ffff400, 0x5fff, 0x0, 0x0, 0x0, 0x6000000, 0x0]);

const products: usize = memory.data(18432, 8);
const inverse: usize = memory.data(72, 8);
const slope: usize = memory.data(72, 8);
const work: usize = memory.data(72, 8);

/** products[n] = the product of the denominators of lanes 0 … n, of which `run` is the last. */
function multiplyOn(n: usize, run: usize): void {
  const to = products + n * FIELD_BYTES;
  if (n === 0) copy(to, run);
  else multiply(to, to - FIELD_BYTES, run);
}

/** slope = 1/run for the denominator of lane n, when `inverse` is that of products[n]; then that of products[n − 1]. */
function divideBy(n: usize, run: usize): void {
  if (n === 0) return copy(slope, inverse);
  multiply(slope, inverse, products + (n - 1) * FIELD_BYTES);
  multiply(inverse, inverse, run);
}

/** x' is in `work` and λ in `slope`: the point at `to` becomes the one that they give. Leaves nothing of use in `run`. */
function takeLine(to: usize, run: usize): void {
  subtract(run, to, work);
  copy(to, work);
  multiply(work, run, slope);
  subtractCarried(to + Y, work, to + Y); // y' = λ·(x − x') − y
}

/** sums[n] += chosen[n] for all n: no two may be equal or opposite. Leaves nothing of use in `chosen`. */
export function addAll(count: usize): void {
  beginAdding(count);
  finishAdding(count);
}

/** As `addAll` for public points; false, and nothing is right, when two that meet are equal or opposite. */
export function addAllVariable(count: usize): bool {
  beginAdding(count);
  if (isZero(products + (count - 1) * FIELD_BYTES) !== 0) return false;
  finishAdding(count);
  return true;
}

function beginAdding(count: usize): void {
  for (let n: usize = 0; n < count; n++) {
    const run = chosen + n * AFFINE_BYTES;
    subtract(run, run, sums + n * AFFINE_BYTES); // x2 − x1
    multiplyOn(n, run);
  }
}

function finishAdding(count: usize): void {
  invertElement(inverse, products + (count - 1) * FIELD_BYTES);
  for (let n = count; n-- > 0;) {
    const to = sums + n * AFFINE_BYTES;
    const run = chosen + n * AFFINE_BYTES;
    const rise = run + Y;
    divideBy(n, run);
    subtract(rise, rise, to + Y); // loose: a chosen y may be a difference
    multiply(slope, rise, slope);
    square(work, slope);
    subtract(work, work, run);
    subtractDouble(work, work, to); // x' = λ² − x1 − x2 = λ² − (x2 − x1) − 2·x1
    takeLine(to, run);
  }
}

/** sums[n] = 2·sums[n] for all n; none is its own negative, since their order is odd. Leaves nothing of use in `chosen`. */
export function doubleAll(count: usize): void {
  for (let n: usize = 0; n < count; n++) multiplyOn(n, sums + n * AFFINE_BYTES + Y);
  invertElement(inverse, products + (count - 1) * FIELD_BYTES);
  // Once for all: what stands in `inverse` keeps the factor from lane to lane.
  multiply(inverse, inverse, THREE_HALVES);
  for (let n = count; n-- > 0;) {
    const to = sums + n * AFFINE_BYTES;
    divideBy(n, to + Y);
    square(work, to);
    subtract(work, work, ONE);
    multiply(slope, work, slope); // λ = (x² − 1)·3/2y
    square(work, slope);
    subtractDouble(work, work, to); // x' = λ² − 2x
    takeLine(to, chosen);
  }
}

/** to = the Jacobian points in `points` as affine ones; false when one of them is infinity. */
export function settleAll(to: usize, count: usize): bool {
  return affineOfPoints(to, points, POINT_BYTES, <i32>count, products) !== 0;
}

/** points[n] = sums[n] for all n. */
export function unfoldAll(count: usize): void {
  for (let n: usize = 0; n < count; n++) pointOfAffine(points + n * POINT_BYTES, sums + n * AFFINE_BYTES);
}

/** The lanes that were used. */
export function wipeLanes(count: usize): void {
  memory.fill(sums, 0, count * AFFINE_BYTES);
  memory.fill(chosen, 0, count * AFFINE_BYTES);
  memory.fill(points, 0, count * POINT_BYTES);
  memory.fill(products, 0, count * FIELD_BYTES);
  memory.fill(inverse, 0, FIELD_BYTES);
  memory.fill(slope, 0, FIELD_BYTES);
  memory.fill(work, 0, FIELD_BYTES);
}
