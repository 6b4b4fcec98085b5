/**
 * SM2 and butterfly keys as the bindings call them: every argument is an address of bytes in the order of the standards;
 * points have 33 bytes, scalars 32. Scalars were judged by the caller; points are judged here, and what is none is answered
 * with NO_POINT, infinity with INFINITY.
 */
import {
  AFFINE_BYTES,
  addAffineComplete,
  affineOfPoint,
  COMPRESSED_BYTES,
  compress,
  coordinatesOf,
  decompressVariable,
  elementOfCoordinates,
  isOnCurve,
  pointOfAffine,
} from './point';
import { multiplyBaseMany, MOST } from './batch';
import { makeWindows, multiplyBase, WINDOWS_BYTES } from './base';
import { expansionScalars } from './butterfly';
import { decryptWith, encryptWith, wrapMany } from './encrypt';
import { prepareKnownKey } from './public-product';
import { addScalars, isScalar, multiplyScalars, toMontgomeryScalar } from './scalar';
import { prepareSigner, signDigest, signDigests, signDigestWith } from './sign';
import { isSignature, isSignatureOfKnown } from './verify';
import { verifyMany } from './verify-many';
import { LANES } from './side-by-side';
import { multiplyPoint } from './variable';
import { wipeWork } from './wipe';
import { bytesOfWords, wordsOfBytes } from './words';

/** Answers. */
const GOOD: i32 = 1;
const BAD: i32 = 0;
const INFINITY: i32 = 0;
const NO_POINT: i32 = -1;
const NO_OTHER_POINT: i32 = -2;
const ZERO_EXPANSION: i32 = -3;
const NO_SCALAR: i32 = -4;

const a: usize = memory.data(144, 8);
const b: usize = memory.data(144, 8);
const point: usize = memory.data(216, 8);
const number: usize = memory.data(32, 8);
const scalars: usize = memory.data(32768, 8);
const affine: usize = memory.data(147456, 8);
const r: usize = memory.data(32, 8);
const s: usize = memory.data(32, 8);
const e: usize = memory.data(32, 8);

/** The most scalars of one call. */
export function mostScalars(): i32 {
  return MOST;
}

/** The most that one call takes of points that each are multiplied. */
export function mostLanes(): i32 {
  return LANES;
}

/** Whether 32 bytes are a scalar in [1, n−1]. */
export function isScalarBytes(bytes: usize): i32 {
  wordsOfBytes(number, bytes);
  const is = isScalar(number);
  memory.fill(number, 0, 32);
  return is !== 0 ? GOOD : BAD;
}

/** to = x·y + z mod n, of scalars below n. */
export function scalarTimesPlus(x: usize, y: usize, z: usize, to: usize): void {
  wordsOfBytes(r, x);
  wordsOfBytes(s, y);
  wordsOfBytes(e, z);
  toMontgomeryScalar(r, r);
  multiplyScalars(r, r, s);
  addScalars(r, r, e);
  bytesOfWords(to, r);
  forgetScalars();
}

/** to = x + y mod n, of scalars below n. */
export function scalarPlus(x: usize, y: usize, to: usize): void {
  wordsOfBytes(r, x);
  wordsOfBytes(s, y);
  addScalars(r, r, s);
  bytesOfWords(to, r);
  forgetScalars();
}

function forgetScalars(): void {
  memory.fill(r, 0, 32);
  memory.fill(s, 0, 32);
  memory.fill(e, 0, 32);
  wipeWork();
}

/** Whether 33 bytes are a point. */
export function isPoint(bytes: usize): i32 {
  return decompressVariable(a, bytes) ? GOOD : NO_POINT;
}

/** to = x ‖ y of a point, 64 bytes. */
export function decompressPoint(bytes: usize, to: usize): i32 {
  if (!decompressVariable(a, bytes)) return NO_POINT;
  coordinatesOf(to, a);
  return GOOD;
}

/** to = the 33 bytes of the point x ‖ y. */
export function compressPoint(coordinates: usize, to: usize): i32 {
  if (!elementOfCoordinates(a, coordinates) || isOnCurve(a) === 0) return NO_POINT;
  compress(to, a);
  return GOOD;
}

function forget(): void {
  memory.fill(point, 0, 216);
  memory.fill(number, 0, 32);
  wipeWork();
}

/** to = the 33 bytes of `point`; INFINITY when it is that. */
function give(to: usize): i32 {
  const isPoint = affineOfPoint(a, point);
  if (isPoint !== 0) compress(to, a);
  forget();
  return isPoint !== 0 ? GOOD : INFINITY;
}

/** to = k·P. */
export function pointTimes(bytes: usize, k: usize, to: usize): i32 {
  if (!decompressVariable(a, bytes)) return NO_POINT;
  wordsOfBytes(number, k);
  multiplyPoint(point, a, number);
  return give(to);
}

/** to = P + Q. */
export function pointPlus(p: usize, q: usize, to: usize): i32 {
  if (!decompressVariable(a, p)) return NO_POINT;
  if (!decompressVariable(b, q)) return NO_OTHER_POINT;
  pointOfAffine(point, a);
  addAffineComplete(point, point, b);
  return give(to);
}

/** to = k·G. */
export function baseTimes(k: usize, to: usize): i32 {
  wordsOfBytes(number, k);
  multiplyBase(point, number);
  return give(to);
}

/** Gives `count` affine points as bytes. */
function giveAll(to: usize, count: i32): void {
  for (let n: usize = 0; n < <usize>count; n++) compress(to + n * COMPRESSED_BYTES, affine + n * AFFINE_BYTES);
  wipeWork();
}

/** to = P + k·G for `count` scalars, 33 bytes each; k·G when `bytes` is 0. */
export function basePlusMany(bytes: usize, ks: usize, count: i32, to: usize): i32 {
  if (bytes !== 0 && !decompressVariable(b, bytes)) return NO_POINT;
  for (let at: usize = 0; at < 32 * <usize>count; at += 32) wordsOfBytes(scalars + at, ks + at);
  const isGood = multiplyBaseMany(affine, scalars, count, bytes === 0 ? 0 : b, 0);
  memory.fill(scalars, 0, 32 * <usize>count);
  if (!isGood) return INFINITY;
  giveAll(to, count);
  return GOOD;
}

/** affine = the points of `count` times 33 bytes; false when one is none. */
function takePoints(bytes: usize, count: i32): bool {
  for (let n: usize = 0; n < <usize>count; n++) {
    if (!decompressVariable(affine + n * AFFINE_BYTES, bytes + n * COMPRESSED_BYTES)) return false;
  }
  return true;
}

/** scalars = the words of `count` times 32 bytes; false, and none is kept, when one is not in [1, n−1]. */
function takeScalars(ks: usize, count: i32): bool {
  let isGood: i64 = -1;
  for (let at: usize = 0; at < 32 * <usize>count; at += 32) {
    wordsOfBytes(scalars + at, ks + at);
    isGood &= isScalar(scalars + at);
  }
  if (isGood === 0) forgetMany(count);
  return isGood !== 0;
}

function forgetMany(count: i32): void {
  memory.fill(scalars, 0, 32 * <usize>count);
}

/** to = P + k·G for `count` points and scalars, each point with its scalar, 33 bytes each. */
export function pointsPlusBase(bytes: usize, ks: usize, count: i32, to: usize): i32 {
  if (!takePoints(bytes, count)) return NO_POINT;
  if (!takeScalars(ks, count)) return NO_SCALAR;
  const isGood = multiplyBaseMany(affine, scalars, count, affine, AFFINE_BYTES);
  forgetMany(count);
  if (!isGood) return INFINITY;
  giveAll(to, count);
  return GOOD;
}

/**
 * to = C1 (33) ‖ C3 (32) ‖ C2 (16) of `count` keys of 16 bytes, each for its public key; at most `mostLanes`. C1 begins with 0
 * where the mask is all zero and another scalar is needed.
 */
export function wrapKeys(publicKeys: usize, ks: usize, texts: usize, count: i32, to: usize): i32 {
  if (!takePoints(publicKeys, count)) return NO_POINT;
  if (!takeScalars(ks, count)) return NO_SCALAR;
  wrapMany(to, affine, scalars, texts, count);
  forgetMany(count);
  return GOOD;
}

/**
 * to = P + f(i, j)·G for each of `periods` numbers i (32 bits, lowest byte first) and j = 0 … count − 1: cocoon keys of one
 * caterpillar key, period by period. At most `mostScalars` in all.
 */
export function cocoonKeys(
  bytes: usize,
  key: usize,
  purpose: u32,
  is: usize,
  periods: i32,
  perPeriod: i32,
  to: usize,
): i32 {
  if (!decompressVariable(b, bytes)) return NO_POINT;
  let isExpanded = true;
  for (let n: usize = 0; n < <usize>periods; n++) {
    const scalarsOfPeriod = scalars + 32 * n * <usize>perPeriod;
    if (!expansionScalars(scalarsOfPeriod, key, purpose, load<u32>(is + 4 * n), 0, perPeriod)) isExpanded = false;
  }
  const count = periods * perPeriod;
  const isGood = isExpanded && multiplyBaseMany(affine, scalars, count, b, 0);
  forgetMany(count);
  if (!isExpanded) return ZERO_EXPANSION;
  if (!isGood) return INFINITY;
  giveAll(to, count);
  return GOOD;
}

/** to = f(i, j) for j = first … first + count − 1, 32 bytes each. */
export function expansion(key: usize, purpose: u32, i: u32, first: u32, count: i32, to: usize): i32 {
  const isGood = expansionScalars(scalars, key, purpose, i, first, count);
  for (let at: usize = 0; at < 32 * <usize>count; at += 32) bytesOfWords(to + at, scalars + at);
  memory.fill(scalars, 0, 32 * <usize>count);
  wipeWork();
  return isGood ? GOOD : ZERO_EXPANSION;
}

/** signer = a key of 32 bytes in [1, n−1] made ready to sign: 96 bytes, as secret as the key; BAD for n − 1. */
export function signerOf(key: usize, signer: usize): i32 {
  return prepareSigner(signer, key) ? GOOD : BAD;
}

/** to = r ‖ s over a digest of 32 bytes. */
export function sign(signer: usize, digest: usize, to: usize): i32 {
  return signDigest(to, signer, digest) ? GOOD : BAD;
}

/** to = a signature for each of `count` digests (1 … 1024). */
export function signMany(signer: usize, digests: usize, count: i32, to: usize): i32 {
  return signDigests(to, signer, digests, count) ? GOOD : BAD;
}

/** As `sign` with a nonce of the caller's choice. */
export function signWith(signer: usize, digest: usize, nonce: usize, to: usize): i32 {
  return signDigestWith(to, signer, digest, nonce) ? GOOD : BAD;
}

function takeSignature(digest: usize, signature: usize): void {
  wordsOfBytes(e, digest);
  wordsOfBytes(r, signature);
  wordsOfBytes(s, signature + 32);
}

/** Whether a signature of 64 bytes is good for a digest of 32 under a public key, x ‖ y, that was judged before. */
export function verify(publicKey: usize, digest: usize, signature: usize): i32 {
  elementOfCoordinates(a, publicKey);
  takeSignature(digest, signature);
  return isSignature(e, r, s, a) ? GOOD : BAD;
}

/** tables = a public key made ready to verify often: 8192 bytes. */
export function knownKeyOf(publicKey: usize, tables: usize): i32 {
  if (!decompressVariable(a, publicKey)) return NO_POINT;
  prepareKnownKey(tables, a);
  return GOOD;
}

/** As `verify` with the tables of a known key. */
export function verifyKnown(tables: usize, digest: usize, signature: usize): i32 {
  takeSignature(digest, signature);
  return isSignatureOfKnown(e, r, s, tables) ? GOOD : BAD;
}

/** The bytes of `windowsOf`. */
export function windowsBytes(): usize {
  return WINDOWS_BYTES;
}

/** windows = a public key made ready to verify many signatures at a time. */
export function windowsOf(publicKey: usize, windows: usize): i32 {
  if (!decompressVariable(a, publicKey)) return NO_POINT;
  makeWindows(windows, a);
  return GOOD;
}

/** verdicts = GOOD or BAD, a byte each, for `count` digests (32 bytes) and signatures (64) under one key; at most `mostLanes`. */
export function verifyAll(windows: usize, digests: usize, signatures: usize, count: i32, verdicts: usize): void {
  verifyMany(verdicts, windows, digests, signatures, count);
}

/** to = C1 (33) ‖ C3 (32) ‖ C2 (length); BAD when the mask is all zero and another scalar is needed. */
export function encrypt(publicKey: usize, scalar: usize, text: usize, length: i32, to: usize): i32 {
  if (!decompressVariable(a, publicKey)) return NO_POINT;
  return encryptWith(to, to + 65, to + 33, a, scalar, text, length) ? GOOD : BAD;
}

/** to = the text of C1 ‖ C3 ‖ C2; BAD when it was not encrypted for this key. C2 has `length` bytes. */
export function decrypt(key: usize, encrypted: usize, length: i32, to: usize): i32 {
  if (!decompressVariable(a, encrypted)) return BAD;
  return decryptWith(to, a, encrypted + 65, encrypted + 33, key, length) ? GOOD : BAD;
}
