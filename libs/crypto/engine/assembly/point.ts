/**
 * Points of the curve y² = x³ − 3x + b of SM2 and how they are added.
 *
 * A Jacobian point (X, Y, Z), 216 bytes, stands for x = X/Z², y = Y/Z³; Z = 0 is infinity. An affine point (x, y) has 144
 * bytes and is never infinity. All coordinates are clean (see field.ts), but for an affine y, which may be a difference.
 *
 * `addAffine` is wrong for P = ±Q and for infinity: it is for places where a proof says that these cannot occur.
 * `addAffineComplete` and `addComplete` are right for all, without a branch.
 */
import {
  add,
  carry,
  copy,
  copyIf,
  double,
  doubleLess,
  FIELD_BYTES,
  multiply,
  negateIf,
  square,
  subtract,
  subtractCarried,
  subtractDouble,
  subtractEightfold,
  subtractFourfold,
  triple,
} from './field';
import { elementOfWords, isOdd, isZero, P, wordsOfElement } from './field-words';
import { INVERSE_OF_P, invert } from './inverse';
import { bytesOfWords, isBelow, wordsOfBytes } from './words';

export const POINT_BYTES: usize = 216;
export const AFFINE_BYTES: usize = 144;
/** Offsets of Y and Z. */
export const Y: usize = 72;
export const Z: usize = 144;
/** SEC 1 2.3.3 with compression. */
export const COMPRESSED_BYTES: usize = 33;

/** 1 and b in Montgomery form. */
export const ONE: usize = memory.data<i64>([0x20, 0, 0x1ffff800, 0x3fff, 0, 0, 0, 0x4000000, 0]);
const B: usize = memory.data<i64>([
  0x181ba844, 0x1230632b, 0x9bd5b86, 0xde6c26d, 0x1878e39e, 0x1505ea51, 0x4293cc0, 0x368838b, 0x81fc31,
]);

const t0: usize = memory.data(72, 8);
const t1: usize = memory.data(72, 8);
const t2: usize = memory.data(72, 8);
const t3: usize = memory.data(72, 8);
const t4: usize = memory.data(72, 8);
const t5: usize = memory.data(72, 8);

// ---- the group ------------------------------------------------------------------------------------------------------

/** to = 2P; infinity for infinity. dbl-2001-b of the Explicit-Formulas Database: 4 products, 4 squares. */
export function doublePoint(to: usize, p: usize): void {
  square(t0, p + Z); // δ = Z²
  square(t1, p + Y); // γ = Y²
  subtract(t2, p, t0);
  add(t3, p, t0);
  multiply(t2, t3, t2);
  triple(t2, t2); // α = 3·(X − δ)·(X + δ)
  double(t3, t1);
  multiply(t3, t3, p); // 2β = 2·X·γ
  double(t4, p + Y);
  multiply(to + Z, t4, p + Z); // Z' = 2·Y·Z
  square(t4, t2);
  subtractFourfold(to, t4, t3); // X' = α² − 8β
  doubleLess(t3, t3, to);
  multiply(t3, t3, t2);
  square(t1, t1);
  subtractEightfold(to + Y, t3, t1); // Y' = α·(4β − X') − 8γ²
}

/** U2 − X1 in t1 and S2 − Y1 in t2: both are zero when the points are one, the first alone when they are opposites. */
function compareAffine(p: usize, q: usize): void {
  square(t0, p + Z);
  multiply(t1, t0, q);
  multiply(t0, t0, p + Z);
  multiply(t2, t0, q + Y);
  subtract(t1, t1, p);
  subtract(t2, t2, p + Y);
}

/** The sum of P and whatever differs from it by H in t1 and r in t2; `zz` is the product of both Z. */
function finishAddition(to: usize, x: usize, y: usize, zz: usize): void {
  multiply(to + Z, t1, zz);
  square(t3, t1); // H²
  multiply(t1, t3, t1); // H³
  multiply(t3, t3, x); // V = X1·H²
  square(t4, t2);
  subtract(t4, t4, t1);
  multiply(t1, t1, y);
  subtractDouble(to, t4, t3); // X' = r² − H³ − 2V
  subtract(t3, t3, to);
  multiply(t3, t3, t2);
  subtractCarried(to + Y, t3, t1); // Y' = r·(V − X') − Y1·H³
}

/** to = P + Q for an affine Q with P ≠ ±Q and P not infinity: 8 products, 3 squares. */
export function addAffine(to: usize, p: usize, q: usize): void {
  compareAffine(p, q);
  finishAddition(to, p, p + Y, p + Z);
}

const doubled: usize = memory.data(216, 8);
const twice: usize = memory.data(216, 8);
const sum: usize = memory.data(216, 8);

/** to = P + Q for any P and an affine Q. */
export function addAffineComplete(to: usize, p: usize, q: usize): void {
  compareAffine(p, q);
  const isTwice = isZero(t1) & isZero(t2);
  const isQ = isZero(p + Z);
  finishAddition(sum, p, p + Y, p + Z); // for P = −Q this is infinity by itself
  doublePoint(doubled, p);
  copyPointIf(sum, doubled, isTwice);
  pointOfAffine(doubled, q);
  copyPointIf(sum, doubled, isQ);
  copyPoint(to, sum);
}

const scaledX: usize = memory.data(72, 8);
const scaledY: usize = memory.data(72, 8);
const zz: usize = memory.data(72, 8);

/** As `compareAffine` for two Jacobian points; U1 is then in scaledX, S1 in scaledY. */
function compare(p: usize, q: usize): void {
  square(t0, q + Z);
  multiply(scaledX, t0, p);
  multiply(t0, t0, q + Z);
  multiply(scaledY, t0, p + Y);
  square(t0, p + Z);
  multiply(t1, t0, q);
  multiply(t0, t0, p + Z);
  multiply(t2, t0, q + Y);
  subtract(t1, t1, scaledX);
  subtract(t2, t2, scaledY);
  multiply(zz, p + Z, q + Z);
}

/** to = P + Q with P ≠ ±Q, neither infinity: 12 products, 4 squares. */
export function addPoint(to: usize, p: usize, q: usize): void {
  compare(p, q);
  finishAddition(to, scaledX, scaledY, zz);
}

/** to = P + Q for any two, with a doubling that is thrown away nearly always. */
export function addComplete(to: usize, p: usize, q: usize): void {
  compare(p, q);
  const isTwice = isZero(t1) & isZero(t2);
  const isQ = isZero(p + Z);
  const isP = isZero(q + Z);
  finishAddition(sum, scaledX, scaledY, zz);
  doublePoint(doubled, p);
  copyPointIf(sum, doubled, isTwice);
  copyPointIf(sum, p, isP);
  copyPointIf(sum, q, isQ);
  copyPoint(to, sum);
}

/** Whether an element is zero, for public values: the low bits of 0, ±p and ±2p are 0, ∓1, ∓2, which few others share. */
function isZeroVariable(a: usize): bool {
  return ((load<i64>(a) + 2) & 0x1fffffff) <= 4 && isZero(a) !== 0;
}

/** to = P + Q for an affine Q of public points: by branches, whatever P and Q are. */
export function addAffineVariable(to: usize, p: usize, q: usize): void {
  if (isZeroVariable(p + Z)) return pointOfAffine(to, q);
  compareAffine(p, q);
  if (!isZeroVariable(t1)) return finishAddition(to, p, p + Y, p + Z);
  if (isZeroVariable(t2)) return doublePoint(to, p);
  memory.fill(to, 0, POINT_BYTES);
}

export function copyPoint(to: usize, p: usize): void {
  copy(to, p);
  copy(to + Y, p + Y);
  copy(to + Z, p + Z);
}

/** to = P for mask −1, stays for mask 0. */
export function copyPointIf(to: usize, p: usize, mask: i64): void {
  copyIf(to, p, mask);
  copyIf(to + Y, p + Y, mask);
  copyIf(to + Z, p + Z, mask);
}

/** to = the Jacobian form of an affine point. */
export function pointOfAffine(to: usize, q: usize): void {
  copy(to, q);
  carry(to + Y, q + Y);
  copy(to + Z, ONE);
}

/** P, 3P, 5P … of a Jacobian P that is not infinity: `count` Jacobian points from `to` on. */
export function oddMultiples(to: usize, p: usize, count: i32): void {
  copyPoint(to, p);
  doublePoint(twice, p);
  for (let i: usize = 1; i < <usize>count; i++) addPoint(to + i * POINT_BYTES, to + (i - 1) * POINT_BYTES, twice);
}

// ---- affine points --------------------------------------------------------------------------------------------------

const number: usize = memory.data(32, 8);
const inverse: usize = memory.data(72, 8);

/** to = 1/a, and 0 for 0. */
export function invertElement(to: usize, a: usize): void {
  wordsOfElement(number, a);
  invert(number, number, INVERSE_OF_P);
  elementOfWords(to, number);
  memory.fill(number, 0, 32);
}

/** to = P as affine point, by 1/Z. */
export function scaleByInverse(to: usize, p: usize, inverseOfZ: usize): void {
  square(t0, inverseOfZ);
  multiply(to, p, t0);
  multiply(t0, t0, inverseOfZ);
  multiply(to + Y, p + Y, t0);
}

/** to = P as affine point; −1 when it is one, 0 for infinity (then `to` is (0, 0)). */
export function affineOfPoint(to: usize, p: usize): i64 {
  const isInfinity = isZero(p + Z);
  invertElement(inverse, p + Z);
  scaleByInverse(to, p, inverse);
  return ~isInfinity;
}

/**
 * `count` points of `stride` bytes from `points` on as affine points from `to` on, with one inversion. `products` has room
 * for as many elements. The answer is 0 when one of them is infinity (then none is good), else −1.
 */
export function affineOfPoints(to: usize, points: usize, stride: usize, count: i32, products: usize): i64 {
  copy(products, points + Z);
  for (let i: usize = 1; i < <usize>count; i++) {
    multiply(products + i * FIELD_BYTES, products + (i - 1) * FIELD_BYTES, points + i * stride + Z);
  }
  const last = <usize>(count - 1);
  if (isZero(products + last * FIELD_BYTES)) return 0;
  invertElement(inverse, products + last * FIELD_BYTES);
  for (let i = last; i > 0; i--) {
    multiply(t5, inverse, products + (i - 1) * FIELD_BYTES);
    multiply(inverse, inverse, points + i * stride + Z);
    scaleByInverse(to + i * AFFINE_BYTES, points + i * stride, t5);
  }
  scaleByInverse(to, points, inverse);
  return -1;
}

/** 33 bytes of an affine point. */
export function compress(bytes: usize, q: usize): void {
  store<u8>(bytes, <u8>(2 - isOdd(q + Y)));
  wordsOfElement(number, q);
  bytesOfWords(bytes + 1, number);
}

/** 32 bytes of x and 32 of y. */
export function coordinatesOf(bytes: usize, q: usize): void {
  wordsOfElement(number, q);
  bytesOfWords(bytes, number);
  wordsOfElement(number, q + Y);
  bytesOfWords(bytes + 32, number);
}

/** to = the affine point of x ‖ y; false when one is not below p. Whether it is on the curve, `isOnCurve` says. */
export function elementOfCoordinates(to: usize, bytes: usize): bool {
  wordsOfBytes(number, bytes);
  const isX = isBelow(number, P);
  elementOfWords(to, number);
  wordsOfBytes(number, bytes + 32);
  const isY = isBelow(number, P);
  elementOfWords(to + Y, number);
  return (isX & isY) !== 0;
}

/** t0 = x³ − 3x + b. */
function rightSide(x: usize): void {
  square(t0, x);
  multiply(t0, t0, x);
  triple(t1, x);
  subtract(t0, t0, t1);
  add(t0, t0, B);
  multiply(t0, t0, ONE); // clean
}

/** to = a^(2^n). */
function squares(to: usize, a: usize, n: i32): void {
  square(to, a);
  for (let i = 1; i < n; i++) square(to, to);
}

/**
 * to = a^((p+1)/4): a root of a, when it has one. (p + 1)/4 = 2^254 − 2^222 − 2^94 + 2^62 has, from the top, 31 ones, a
 * zero, 128 ones, 31 zeros, a one and 62 zeros.
 */
function rootOf(to: usize, a: usize): void {
  squares(t1, a, 1);
  multiply(t1, t1, a); // 2 ones
  squares(t2, t1, 1);
  multiply(t2, t2, a); // 3
  squares(t3, t2, 3);
  multiply(t3, t3, t2); // 6
  squares(t4, t3, 6);
  multiply(t3, t4, t3); // 12
  squares(t4, t3, 3);
  multiply(t2, t4, t2); // 15
  squares(t4, t2, 15);
  multiply(t2, t4, t2); // 30
  squares(t4, t2, 1);
  multiply(t2, t4, a); // 31
  squares(t3, t2, 31);
  multiply(t3, t3, t2); // 62
  squares(t4, t3, 62);
  multiply(t3, t4, t3); // 124
  squares(t4, t3, 2);
  multiply(t3, t4, t1); // 126
  squares(t4, t3, 2);
  multiply(t3, t4, t1); // 128
  squares(t4, t2, 129);
  multiply(t3, t4, t3); // 31 ones, a zero, 128 ones
  squares(t4, t3, 32);
  multiply(t4, t4, a);
  squares(to, t4, 62);
}

const side: usize = memory.data(72, 8);
const checked: usize = memory.data(72, 8);

/** −1 when an affine point lies on the curve, else 0. */
export function isOnCurve(q: usize): i64 {
  rightSide(q);
  square(t1, q + Y);
  subtract(t0, t0, t1);
  return isZero(t0);
}

/** to = the affine point of 33 compressed bytes; false for another tag, for x ≥ p, and for an x without y. Public points only. */
export function decompressVariable(to: usize, bytes: usize): bool {
  const tag = load<u8>(bytes);
  if (tag !== 2 && tag !== 3) return false;
  wordsOfBytes(number, bytes + 1);
  if (isBelow(number, P) === 0) return false;
  elementOfWords(to, number);
  rightSide(to);
  copy(side, t0);
  rootOf(to + Y, side);
  square(checked, to + Y);
  subtract(checked, checked, side);
  if (isZero(checked) === 0) return false;
  const isOther = isOdd(to + Y) !== -(<i64>(tag & 1));
  if (isOther) {
    negateIf(to + Y, to + Y, -1);
    carry(to + Y, to + Y);
  }
  return true;
}

/** Forgets what the last additions left behind. */
export function wipePoints(): void {
  memory.fill(t0, 0, FIELD_BYTES);
  memory.fill(t1, 0, FIELD_BYTES);
  memory.fill(t2, 0, FIELD_BYTES);
  memory.fill(t3, 0, FIELD_BYTES);
  memory.fill(t4, 0, FIELD_BYTES);
  memory.fill(t5, 0, FIELD_BYTES);
  memory.fill(doubled, 0, POINT_BYTES);
  memory.fill(twice, 0, POINT_BYTES);
  memory.fill(sum, 0, POINT_BYTES);
  memory.fill(scaledX, 0, FIELD_BYTES);
  memory.fill(scaledY, 0, FIELD_BYTES);
  memory.fill(zz, 0, FIELD_BYTES);
  memory.fill(inverse, 0, FIELD_BYTES);
  memory.fill(number, 0, 32);
}
