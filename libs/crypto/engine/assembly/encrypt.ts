/** The public-key encryption of GB/T 32918.4-2016: C1 an ephemeral point, C2 the masked text, C3 the tag. */
import { multiplyBase } from './base';
import { multiplyBaseMany } from './batch';
import { AFFINE_BYTES, affineOfPoints, COMPRESSED_BYTES, compress, coordinatesOf, POINT_BYTES } from './point';
import { SM3_CONTEXT_BYTES, sm3Begin, sm3End, sm3Kdf, sm3Update } from './sm3';
import { multiplyPoint } from './variable';
import { multiplyPointMany } from './variable-many';
import { wipeWork } from './wipe';
import { wordsOfBytes } from './words';

const k: usize = memory.data(32, 8);
const points: usize = memory.data(432, 8);
const affine: usize = memory.data(288, 8);
const products: usize = memory.data(144, 8);
/** x2 ‖ y2 of the shared point. */
const shared: usize = memory.data(64, 8);
const context: usize = memory.data(104, 8);
/** The shared points of many. */
const shares: usize = memory.data(36864, 8);

function wipe(): void {
  memory.fill(k, 0, 32);
  memory.fill(points, 0, 432);
  memory.fill(affine, 0, 288);
  memory.fill(products, 0, 144);
  memory.fill(shared, 0, 64);
  memory.fill(context, 0, SM3_CONTEXT_BYTES);
  wipeWork();
}

/** to = KDF(x2 ‖ y2, length) ⊕ from; false when the mask is all zero, which the standard refuses. `to` is not `from`. */
function mask(to: usize, from: usize, length: i32): bool {
  sm3Kdf(shared, 64, to, length);
  let any: u8 = 0;
  for (let at: usize = 0; at < <usize>length; at++) {
    const byte = load<u8>(to + at);
    any |= byte;
    store<u8>(to + at, byte ^ load<u8>(from + at));
  }
  return any !== 0;
}

/** to = C3 = SM3(x2 ‖ text ‖ y2). */
function tagOf(to: usize, text: usize, length: i32): void {
  sm3Begin(context);
  sm3Update(context, shared, 32);
  sm3Update(context, text, length);
  sm3Update(context, shared + 32, 32);
  sm3End(context, to);
}

/**
 * Encrypts `length` bytes for an affine public key under the 32 bytes of an ephemeral scalar in [1, n−1]: C1 (33 bytes),
 * C2, C3 (32 bytes). False when the mask is all zero and another scalar is needed.
 */
export function encryptWith(
  c1: usize,
  c2: usize,
  c3: usize,
  publicKey: usize,
  scalar: usize,
  text: usize,
  length: i32,
): bool {
  wordsOfBytes(k, scalar);
  multiplyBase(points, k);
  multiplyPoint(points + POINT_BYTES, publicKey, k);
  affineOfPoints(affine, points, POINT_BYTES, 2, products);
  compress(c1, affine);
  coordinatesOf(shared, affine + 144);
  const isMasked = mask(c2, text, length);
  tagOf(c3, text, length);
  wipe();
  return isMasked;
}

const TEXT_BYTES: usize = 16;
/** C1, C3 and C2 of a key of 16 bytes. */
const WRAPPED_BYTES: usize = 81;

/**
 * to = C1 ‖ C3 ‖ C2 for each of `count` keys of 16 bytes in `texts`, for its affine public key under its scalar in [1, n−1]
 * (words): the bytes that `encryptWith` gives, with the products made side by side. Where the mask is all zero and another
 * scalar is needed, C1 begins with 0. The public keys are used up.
 */
export function wrapMany(to: usize, publicKeys: usize, scalars: usize, texts: usize, count: i32): void {
  const many = <usize>count;
  multiplyPointMany(shares, publicKeys, scalars, count);
  multiplyBaseMany(publicKeys, scalars, count, 0, 0);
  for (let n: usize = 0; n < many; n++) {
    const c1 = to + n * WRAPPED_BYTES;
    const text = texts + n * TEXT_BYTES;
    compress(c1, publicKeys + n * AFFINE_BYTES);
    coordinatesOf(shared, shares + n * AFFINE_BYTES);
    const isMasked = mask(c1 + COMPRESSED_BYTES + 32, text, <i32>TEXT_BYTES);
    tagOf(c1 + COMPRESSED_BYTES, text, <i32>TEXT_BYTES);
    if (!isMasked) store<u8>(c1, 0);
  }
  memory.fill(shares, 0, many * AFFINE_BYTES);
  wipe();
}

/** Decrypts; false, and nothing of the text, when the mask is all zero or C3 does not match. C1 is an affine point. */
export function decryptWith(text: usize, c1: usize, c2: usize, c3: usize, key: usize, length: i32): bool {
  wordsOfBytes(k, key);
  multiplyPoint(points, c1, k);
  affineOfPoints(affine, points, POINT_BYTES, 1, products);
  coordinatesOf(shared, affine);
  const isMasked = mask(text, c2, length);
  tagOf(points, text, length);
  let difference: u8 = 0;
  for (let at: usize = 0; at < 32; at++) difference |= load<u8>(points + at) ^ load<u8>(c3 + at);
  const isGood = isMasked && difference === 0;
  if (!isGood) memory.fill(text, 0, length);
  wipe();
  return isGood;
}
