/**
 * P-256, SHA-256 and the ECIES of IEEE 1609.2-2022: what the `ieee` profile needs beside SM2, and what lets the CAMP and
 * KISA vectors run. Private keys are 32 bytes in [1, n−1], public keys 33 bytes compressed.
 */
import { createHash, createHmac } from 'node:crypto';
import { requireBytes } from './argument.js';
import { bytes32, concat, integerOf, xor } from './bytes.js';
import { nonceCandidates } from './deterministic-nonce.js';
import { constantTimeEqual } from './equal.js';
import { deriveKey } from './key-derivation.js';
import { primeCurve } from './prime-curve.js';
import type { Random } from './random.js';

/** P-256 of FIPS 186-5 / SP 800-186 3.2.1.3. */
export const p256Curve = primeCurve({
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  a: 0xffffffff00000001000000000000000000000000fffffffffffffffffffffffcn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  Gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  Gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  h: 1n,
});
const curve = p256Curve;

/** SHA-256 of the parts one after the other: 32 bytes. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** HMAC-SHA-256 of the parts one after the other: 32 bytes. */
export function hmacSha256(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return new Uint8Array(mac.digest());
}

/** d·G, 33 bytes. */
export function p256PublicKey(privateKey: Uint8Array): Uint8Array {
  return curve.encode('public key', curve.timesBase(curve.scalar('privateKey', privateKey)));
}

/** A fresh private key in [1, n−1]. */
export function newP256PrivateKey(random: Random): Uint8Array {
  return bytes32(curve.newScalar(random, curve.order - 1n));
}

/** ECDSA (FIPS 186-5 6.4) over a 32-byte digest: 64 bytes r ‖ s, nonce of RFC 6979. s is not lowered: 1609.2 asks not. */
export function ecdsaSign(privateKey: Uint8Array, digest: Uint8Array): Uint8Array {
  requireBytes('digest', digest, 32);
  const d = curve.scalar('privateKey', privateKey);
  for (const k of nonceCandidates(hmacSha256, curve.order, privateKey, digest)) {
    const r = curve.modOrder(curve.timesBase(k).toAffine().x);
    const s = curve.modOrder(curve.invert(k) * (integerOf(digest) + r * d));
    if (r !== 0n && s !== 0n) return concat(bytes32(r), bytes32(s));
  }
  throw new Error('signing: no nonce served');
}

/** Whether r ‖ s is good for the digest. False for r or s outside [1, n−1]; throws only on wrong shapes. */
export function ecdsaVerify(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  requireBytes('digest', digest, 32);
  requireBytes('signature', signature, 64);
  const key = curve.point('publicKey', publicKey);
  const r = integerOf(signature.subarray(0, 32));
  const s = integerOf(signature.subarray(32));
  if (r === 0n || r >= curve.order || s === 0n || s >= curve.order) return false;
  const inverse = curve.invert(s);
  const sum = curve.base.mulAddUnsafe(curve.modOrder(integerOf(digest) * inverse), key, curve.modOrder(r * inverse));
  return !sum.is0() && curve.modOrder(sum.toAffine().x) === r;
}

/** ECDH: x of d·P, 32 bytes. */
export function p256SharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const d = curve.scalar('privateKey', privateKey);
  return bytes32(curve.point('publicKey', publicKey).multiply(d).toAffine().x);
}

/** A 16-byte key under a P-256 public key, EciesP256EncryptedKey. */
export interface EciesWrappedKey {
  /** The ephemeral point, 33 bytes compressed. */
  readonly v: Uint8Array;
  /** The masked key, 16 bytes. */
  readonly c: Uint8Array;
  /** The tag, 16 bytes. */
  readonly t: Uint8Array;
}

/**
 * Wraps a 16-byte key. `parameters` is P1 (IEEE 1609.2-2022 5.3.5): SHA-256 of the recipient's certificate, of the signed
 * data, or of the empty string.
 */
export function eciesWrap(
  publicKey: Uint8Array,
  key16: Uint8Array,
  parameters: Uint8Array,
  random: Random,
): EciesWrappedKey {
  return eciesWrapUnsafe(publicKey, key16, parameters, newP256PrivateKey(random));
}

/** As `eciesWrap` with an ephemeral private key of the caller's choice: for published vectors. */
export function eciesWrapUnsafe(
  publicKey: Uint8Array,
  key16: Uint8Array,
  parameters: Uint8Array,
  ephemeral: Uint8Array,
): EciesWrappedKey {
  requireBytes('key16', key16, 16);
  const keys = deriveKey(sha256, 48, p256SharedSecret(ephemeral, publicKey), parameters);
  const c = xor(key16, keys.subarray(0, 16));
  return { v: p256PublicKey(ephemeral), c, t: hmacSha256(keys.subarray(16), c).slice(0, 16) };
}

/** The wrapped key, or undefined when v is no point or the tag does not match. Throws on wrong lengths alone. */
export function eciesUnwrap(
  privateKey: Uint8Array,
  wrapped: EciesWrappedKey,
  parameters: Uint8Array,
): Uint8Array | undefined {
  requireBytes('wrapped.v', wrapped.v, 33);
  requireBytes('wrapped.c', wrapped.c, 16);
  requireBytes('wrapped.t', wrapped.t, 16);
  if (!isP256PublicKey(wrapped.v)) return undefined;
  const keys = deriveKey(sha256, 48, p256SharedSecret(privateKey, wrapped.v), parameters);
  if (!constantTimeEqual(hmacSha256(keys.subarray(16), wrapped.c).subarray(0, 16), wrapped.t)) return undefined;
  return xor(wrapped.c, keys.subarray(0, 16));
}

/** Whether these are the 33 bytes of a compressed point of the curve. */
export function isP256PublicKey(bytes: Uint8Array): boolean {
  return curve.pointIfAny(bytes) !== undefined;
}
