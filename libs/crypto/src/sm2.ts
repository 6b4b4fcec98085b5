/**
 * SM2 of GB/T 32918-2016: keys (part 1), signature (part 2) and the wrapping of a 16-byte key (part 4), on the curve of
 * part 5 (2017). Private keys are 32 bytes in [1, n−1], public keys 33 bytes compressed, signatures 64 bytes r ‖ s.
 * Wrong shapes throw, naming the argument; a signature or a wrapped key that is not good is a value.
 */
import { requireBytes } from './argument.js';
import { bytes32, concat, integerOf, xor } from './bytes.js';
import { nonceCandidates } from './deterministic-nonce.js';
import { constantTimeEqual } from './equal.js';
import { deriveKey } from './key-derivation.js';
import type { Point } from './prime-curve.js';
import type { Random } from './random.js';
import { sm2Curve as curve, sm2CurveBytes } from './sm2-curve.js';
import { hmacSm3, sm3 } from './sm3.js';

/** n, the number of points. */
export const SM2_ORDER: bigint = curve.order;

/** The ID of self-signed objects, ASCII "1234567812345678" (GM/T 0009-2012 10; YD/T 3957-2021 Annex D.2). */
export const DEFAULT_SM2_ID: Uint8Array = new TextEncoder().encode('1234567812345678');

// ---- keys -----------------------------------------------------------------------------------------------------------

/** d·G, 33 bytes, for d in [1, n−1]. */
export function sm2PublicKey(privateKey: Uint8Array): Uint8Array {
  return curve.encode('public key', curve.timesBase(curve.scalar('privateKey', privateKey)));
}

/** A fresh private key in [1, n−2] (GB/T 32918.1-2016 6.1): n−1 cannot sign, because 1 + d has no inverse. */
export function newSm2PrivateKey(random: Random): Uint8Array {
  return bytes32(curve.newScalar(random, SM2_ORDER - 2n));
}

/** Whether these are the 33 bytes of a compressed point of the curve. Infinity has no such bytes. */
export function isSm2PublicKey(bytes: Uint8Array): boolean {
  return curve.pointIfAny(bytes) !== undefined;
}

/** The two 32-byte coordinates of a compressed point; refuses what is no point. */
export function sm2DecompressPoint(compressed: Uint8Array): { x: Uint8Array; y: Uint8Array } {
  return coordinates(curve.point('compressed', compressed));
}

/** The 33 bytes of a point given by its 32-byte coordinates; refuses what is off the curve. */
export function sm2CompressPoint(x: Uint8Array, y: Uint8Array): Uint8Array {
  return curve.encode('x, y', curve.affinePoint(x, y));
}

/** a + b mod n of two scalars in [1, n−1]; refuses a sum of zero. */
export function sm2AddScalars(a: Uint8Array, b: Uint8Array): Uint8Array {
  const sum = curve.modOrder(curve.scalar('a', a) + curve.scalar('b', b));
  if (sum === 0n) throw new RangeError('a, b: the sum is zero');
  return bytes32(sum);
}

/** P + k·G; refuses a sum at infinity. */
export function sm2AddBase(point: Uint8Array, scalar: Uint8Array): Uint8Array {
  const sum = curve.point('point', point).add(curve.timesBase(curve.scalar('scalar', scalar)));
  return curve.encode('point + scalar·G', sum);
}

function coordinates(point: Point): { x: Uint8Array; y: Uint8Array } {
  const { x, y } = point.toAffine();
  return { x: bytes32(x), y: bytes32(y) };
}

// ---- signature ------------------------------------------------------------------------------------------------------

/**
 * e = SM3(Z ‖ message), 32 bytes, with Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ G ‖ P) (GB/T 32918.2-2016 5.5).
 * `id` is at most 8191 bytes: ENTL counts its bits in two bytes. YD/T 3957-2021 D.2: the ID of an object signed with a
 * certificate is SM3 of that whole certificate, and the default ID when it is self-signed.
 */
export function sm2Digest(publicKey: Uint8Array, id: Uint8Array, message: Uint8Array): Uint8Array {
  return digestUnder(curve.point('publicKey', publicKey), id, message);
}

function digestUnder(publicKey: Point, id: Uint8Array, message: Uint8Array): Uint8Array {
  return digestFor(pointBytes(publicKey), id, message);
}

function pointBytes(point: Point): Uint8Array {
  const { x, y } = coordinates(point);
  return concat(x, y);
}

/** As `sm2Digest`, for the 64 bytes x ‖ y of a public key that was judged before. */
function digestFor(xy: Uint8Array, id: Uint8Array, message: Uint8Array): Uint8Array {
  requireBytes('id', id);
  requireBytes('message', message);
  if (id.length > 8191) throw new RangeError('id: longer than 8191 bytes');
  const entl = Uint8Array.of((id.length * 8) >>> 8, id.length * 8);
  return sm3(sm3(entl, id, sm2CurveBytes, xy), message);
}

/**
 * A signature over an e, with a nonce of the caller's choice: for published vectors and for the signer below.
 * Undefined when the standard asks for another nonce (r = 0, r + k = n, s = 0). Whoever repeats a nonce gives the key away.
 */
export function sm2SignDigestUnsafe(
  privateKey: Uint8Array,
  digest: Uint8Array,
  nonce: Uint8Array,
): Uint8Array | undefined {
  requireBytes('digest', digest, 32);
  return signWith(signingScalar(privateKey), integerOf(digest), curve.scalar('nonce', nonce));
}

/** The integer of a private key that can sign: in [1, n−2]. */
function signingScalar(privateKey: Uint8Array): bigint {
  const d = curve.scalar('privateKey', privateKey);
  if (d === SM2_ORDER - 1n) throw new RangeError('privateKey: n−1 cannot sign');
  return d;
}

/** GB/T 32918.2-2016 6.1, steps A4 to A7. */
function signWith(d: bigint, e: bigint, k: bigint): Uint8Array | undefined {
  const r = curve.modOrder(e + curve.timesBase(k).toAffine().x);
  if (r === 0n || r + k === SM2_ORDER) return undefined;
  // (1 + d)⁻¹ by inverting (1 + d)·k: the running time of an inversion then tells of a fresh product, not of d.
  const inverse = curve.modOrder(curve.invert(curve.modOrder((1n + d) * k)) * k);
  const s = curve.modOrder(inverse * curve.modOrder(k - r * d));
  return s === 0n ? undefined : concat(bytes32(r), bytes32(s));
}

/** Signs by one key many times: (id, message) to 64 bytes r ‖ s. */
export type Sm2Signer = (id: Uint8Array, message: Uint8Array) => Uint8Array;

/**
 * A signer that keeps the public key, which Z needs: a signature is one k·G instead of two.
 * Hand in the public key where it is known (a wrong one gives signatures that do not verify, and no more).
 * The private key is kept by reference and read at each signature: whoever zeroes the array ends the signer, which then refuses.
 */
export function sm2SignerFor(privateKey: Uint8Array, publicKey?: Uint8Array): Sm2Signer {
  const first = signingScalar(privateKey);
  const xy = pointBytes(publicKey === undefined ? curve.timesBase(first) : curve.point('publicKey', publicKey));
  return (id, message) => {
    const d = signingScalar(privateKey);
    const digest = digestFor(xy, id, message);
    for (const k of nonceCandidates(hmacSm3, SM2_ORDER, privateKey, digest)) {
      const signature = signWith(d, integerOf(digest), k);
      if (signature !== undefined) return signature;
    }
    throw new Error('signing: no nonce served');
  };
}

/**
 * The signature of a message, 64 bytes r ‖ s, by a private key in [1, n−2]. The nonce is that of RFC 6979 with HMAC-SM3
 * over d and e: the same input gives the same bytes, and no bad dice can give the key away.
 */
export function sm2Sign(privateKey: Uint8Array, id: Uint8Array, message: Uint8Array): Uint8Array {
  return sm2SignerFor(privateKey)(id, message);
}

/**
 * Whether the signature is good. False for r or s outside [1, n−1], for r + s = n and for every mismatch; throws only on
 * wrong shapes (a public key that is no point, a signature that is not 64 bytes).
 */
export function sm2Verify(publicKey: Uint8Array, id: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = curve.point('publicKey', publicKey);
  return verifyUnder(key, digestUnder(key, id, message), signature);
}

/** As `sm2Verify`, for an e of 32 bytes that the caller computed with `sm2Digest`. */
export function sm2VerifyDigest(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  requireBytes('digest', digest, 32);
  return verifyUnder(curve.point('publicKey', publicKey), digest, signature);
}

/** Verifies by one key many times. */
export type Sm2Verifier = (id: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/**
 * A verifier that keeps a table of multiples of its key. See the figures at `VERIFIER_WINDOW_BITS`.
 * It holds the table as long as it lives: whoever keeps many bounds them.
 */
export function sm2VerifierFor(publicKey: Uint8Array): Sm2Verifier {
  const key = curve.point('publicKey', publicKey).precompute(VERIFIER_WINDOW_BITS);
  const xy = pointBytes(key);
  return (id, message, signature) => verifyUnder(key, digestFor(xy, id, message), signature);
}

/**
 * With window 6 a table (1408 points) takes the time of 6 plain verifications to build, at the first use, and then a
 * verification takes a quarter: it pays from the 9th signature of a key on. Windows 5, 7 and 8 pay from the 6th, 14th and 24th
 * and reach 3.6, 4.4 and 4.9 times the plain speed. A car is heard for some hundred messages under one pseudonym, an authority
 * for thousands: 6 serves both.
 */
const VERIFIER_WINDOW_BITS = 6;

/** GB/T 32918.2-2016 7.1, steps B1 to B7. All of it is public, so it may take as long as it takes. */
function verifyUnder(key: Point, digest: Uint8Array, signature: Uint8Array): boolean {
  requireBytes('signature', signature, 64);
  const e = integerOf(digest);
  const r = integerOf(signature.subarray(0, 32));
  const s = integerOf(signature.subarray(32));
  if (r === 0n || r >= SM2_ORDER || s === 0n || s >= SM2_ORDER) return false;
  const t = curve.modOrder(r + s);
  if (t === 0n) return false;
  const sum = curve.base.multiplyUnsafe(s).add(key.multiplyUnsafe(t));
  return hasAbscissa(sum, curve.modOrder(r - e));
}

/**
 * Whether x mod n of a projective point is `residue`: X = x·Z for one of the x below p with that residue.
 * Saves the inversion that affine coordinates would cost. Infinity has none.
 */
function hasAbscissa(point: Point, residue: bigint): boolean {
  if (point.is0()) return false;
  for (let x = residue; x < curve.prime; x += SM2_ORDER) {
    if ((x * point.Z - point.X) % curve.prime === 0n) return true;
  }
  return false;
}

// ---- key wrap -------------------------------------------------------------------------------------------------------

/** A 16-byte key under an SM2 public key: C1, C2, C3 of GB/T 32918.4-2016. Their order on the wire is the profile's. */
export interface Sm2WrappedKey {
  /** C1, the ephemeral point, 33 bytes compressed. */
  readonly v: Uint8Array;
  /** C2, the masked key, 16 bytes. */
  readonly c: Uint8Array;
  /** C3 = SM3(x2 ‖ key ‖ y2), 32 bytes. */
  readonly t: Uint8Array;
}

/** Wraps a 16-byte key for the holder of a public key. */
export function sm2Wrap(publicKey: Uint8Array, key16: Uint8Array, random: Random): Sm2WrappedKey {
  requireBytes('key16', key16, 16);
  for (let draws = 0; draws < 16; draws++) {
    const wrapped = sm2EncryptUnsafe(publicKey, key16, bytes32(curve.newScalar(random, SM2_ORDER - 1n)));
    if (wrapped !== undefined) return wrapped;
  }
  throw new Error('random: 16 draws in a row gave an all-zero mask, the source is broken');
}

/**
 * GB/T 32918.4-2016 6.1 with an ephemeral scalar of the caller's choice: for published vectors and `sm2Wrap`.
 * Undefined when the mask is all zero and the standard asks for another scalar. A scalar used twice uncovers both texts.
 */
export function sm2EncryptUnsafe(
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  nonce: Uint8Array,
): Sm2WrappedKey | undefined {
  const k = curve.scalar('nonce', nonce);
  const { x, y } = coordinates(curve.point('publicKey', publicKey).multiply(k));
  const mask = deriveKey(sm3, plaintext.length, concat(x, y));
  if (mask.every((byte) => byte === 0)) return undefined;
  return { v: curve.encode('C1', curve.timesBase(k)), c: xor(plaintext, mask), t: sm3(x, plaintext, y) };
}

/**
 * The wrapped key, or undefined when it was not wrapped for this private key: C1 is no point of the curve, the mask is all
 * zero, or C3 does not match (compared in constant time). All look alike to the sender. Throws on wrong lengths alone.
 */
export function sm2Unwrap(privateKey: Uint8Array, wrapped: Sm2WrappedKey): Uint8Array | undefined {
  requireBytes('wrapped.c', wrapped.c, 16);
  return sm2Decrypt(privateKey, wrapped);
}

/** GB/T 32918.4-2016 7.1, for a plaintext of any length; answers as `sm2Unwrap`. */
export function sm2Decrypt(privateKey: Uint8Array, encrypted: Sm2WrappedKey): Uint8Array | undefined {
  const d = curve.scalar('privateKey', privateKey);
  requireBytes('wrapped.v', encrypted.v, 33);
  requireBytes('wrapped.t', encrypted.t, 32);
  const c1 = curve.pointIfAny(encrypted.v);
  if (c1 === undefined) return undefined;
  const { x, y } = coordinates(c1.multiply(d));
  const mask = deriveKey(sm3, encrypted.c.length, concat(x, y));
  if (mask.every((byte) => byte === 0)) return undefined;
  const plaintext = xor(encrypted.c, mask);
  if (constantTimeEqual(sm3(x, plaintext, y), encrypted.t)) return plaintext;
  plaintext.fill(0);
  return undefined;
}
