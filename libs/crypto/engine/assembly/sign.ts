/**
 * The signature of GB/T 32918.2-2016 6.1 over a digest e, with a nonce that is a keyed hash of e: no dice are needed, one
 * e gives one signature, and a nonce never meets two digests.
 *
 * k = (HMAC(d, 2a+1 ‖ e) ‖ HMAC(d, 2a+2 ‖ e)) mod n with HMAC-SM3, for attempt a = 0, 1 … as one byte: 512 bits, so that no
 * value of k is likelier than another by more than 2^−256. The standard asks for another k about once in 2^255 attempts.
 */
import { multiplyBase } from './base';
import { multiplyBaseMany } from './batch';
import { wordsOfElement } from './field-words';
import { hmacKey, hmacOf } from './hmac';
import { AFFINE_BYTES, affineOfPoint } from './point';
import {
  addScalars,
  invertScalar,
  isScalar,
  multiplyScalars,
  reduceScalar,
  reduceWide,
  subtractScalars,
} from './scalar';
import { wipeWork } from './wipe';
import { bytesOfWords, copyWordsIf, isZeroWords, wordsOfBytes } from './words';

/** A key made ready, 96 bytes: R/(1+d) as words, and from here on the pads of HMAC(d, ·). It is as secret as d. */
const PADS: usize = 32;

const d: usize = memory.data(32, 8);
const k: usize = memory.data(32, 8);
const r: usize = memory.data(32, 8);
const s: usize = memory.data(32, 8);
const e: usize = memory.data(32, 8);
const wide: usize = memory.data(64, 8);
const block: usize = memory.data(64, 8);
const point: usize = memory.data(216, 8);
const nonces: usize = memory.data(32768, 8);
const points: usize = memory.data(147456, 8);
const UNIT: usize = memory.data<u64>([1, 0, 0, 0]);

function wipe(): void {
  memory.fill(d, 0, 32);
  memory.fill(k, 0, 32);
  memory.fill(s, 0, 32);
  memory.fill(wide, 0, 64);
  memory.fill(block, 0, 64);
  memory.fill(point, 0, 216);
  wipeWork();
}

/** signer = the key of 32 bytes d, in [1, n−1], made ready; false for n − 1, since 1 + d has no inverse. */
export function prepareSigner(signer: usize, key: usize): bool {
  wordsOfBytes(d, key);
  addScalars(d, d, UNIT);
  const isGood = isZeroWords(d) === 0;
  invertScalar(signer, d);
  hmacKey(key, 32, signer + PADS);
  wipe();
  return isGood;
}

/** e = the number of a digest, below n. */
function takeDigest(digest: usize): void {
  wordsOfBytes(e, digest);
  reduceScalar(e, e);
}

function giveSignature(signature: usize): void {
  bytesOfWords(signature, r);
  bytesOfWords(signature + 32, s);
}

/** k = the nonce of an attempt for the 32 bytes of a digest. */
function drawNonce(signer: usize, digest: usize, attempt: i32): void {
  memory.copy(block + 1, digest, 32);
  store<u8>(block, <u8>(2 * attempt + 1));
  hmacOf(signer + PADS, block, 33, wide);
  store<u8>(block, <u8>(2 * attempt + 2));
  hmacOf(signer + PADS, block, 33, wide + 32);
  // The 64 bytes are one number, the highest byte first.
  wordsOfBytes(d, wide);
  wordsOfBytes(s, wide + 32);
  reduceWide(k, d, s);
}

/** Steps A5 and A6 for the nonce in k and its affine k·G: r and s; false when the standard asks for another nonce. */
function signWithPoint(signer: usize, q: usize): bool {
  wordsOfElement(r, q);
  reduceScalar(r, r);
  addScalars(r, r, e);
  // s = (k − r·d)/(1 + d) = (k + r)/(1 + d) − r: one product instead of two.
  addScalars(s, k, r);
  if (isZeroWords(r) !== 0 || isZeroWords(s) !== 0) return false;
  multiplyScalars(s, s, signer);
  subtractScalars(s, s, r);
  return isZeroWords(s) === 0;
}

/** Step A4 and what follows for the nonce in k. */
function signWithNonce(signer: usize): bool {
  if (isScalar(k) === 0) return false;
  multiplyBase(point, k);
  affineOfPoint(point, point);
  return signWithPoint(signer, point);
}

/** signature = r ‖ s, 64 bytes, for the 32 bytes of a digest; false when no nonce of 127 served. */
export function signDigest(signature: usize, signer: usize, digest: usize): bool {
  takeDigest(digest);
  for (let attempt = 0; attempt < 127; attempt++) {
    drawNonce(signer, digest, attempt);
    if (!signWithNonce(signer)) continue;
    giveSignature(signature);
    wipe();
    return true;
  }
  wipe();
  return false;
}

/** As `signDigest` with the 32 bytes of a nonce of the caller's choice; false when it does not serve. */
export function signDigestWith(signature: usize, signer: usize, digest: usize, nonce: usize): bool {
  takeDigest(digest);
  wordsOfBytes(k, nonce);
  const served = signWithNonce(signer);
  if (served) giveSignature(signature);
  wipe();
  return served;
}

/**
 * A signature for each of `count` digests (1 … 1024), the same bytes that `signDigest` gives: their products k·G are made
 * together. False when one of them found no nonce.
 */
export function signDigests(signatures: usize, signer: usize, digests: usize, count: i32): bool {
  for (let n: usize = 0; n < <usize>count; n++) {
    drawNonce(signer, digests + 32 * n, 0);
    // Zero is no scalar, and no product can be made of it; such a digest goes its own way below.
    copyWordsIf(k, UNIT, ~isScalar(k));
    memory.copy(nonces + 32 * n, k, 32);
  }
  multiplyBaseMany(points, nonces, count, 0, 0);
  let isGood = true;
  for (let n: usize = 0; n < <usize>count; n++) {
    const signature = signatures + 64 * n;
    const digest = digests + 32 * n;
    takeDigest(digest);
    memory.copy(k, nonces + 32 * n, 32);
    if (signWithPoint(signer, points + AFFINE_BYTES * n)) giveSignature(signature);
    else if (!signDigest(signature, signer, digest)) isGood = false;
  }
  memory.fill(nonces, 0, 32 * <usize>count);
  memory.fill(points, 0, AFFINE_BYTES * <usize>count);
  wipe();
  return isGood;
}
