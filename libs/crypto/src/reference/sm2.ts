/**
 * SM2 by noble and plain TypeScript: what the engine's is held against; what each function promises is said in ../sm2-face.ts.
 * BigInt is not constant in time: ENGINE=reference is for tests, not for keys that matter.
 */
import { requireBytes, requireInteger } from '../argument.js';
import { bytes32, concat, integerOf, xor } from '../bytes.js';
import { constantTimeEqual, isAllZero } from '../equal.js';
import { expansionBy } from '../expansion.js';
import { deriveKey } from '../key-derivation.js';
import type { Point } from '../prime-curve.js';
import type {
  PointAndScalar,
  Sm2KeyToWrap,
  Sm2SignedMessage,
  Sm2Signer,
  Sm2Verifier,
  Sm2WrappedKey,
} from '../sm2-face.js';
import { identityHash, identityHashesOf } from '../sm2-identity.js';
import { sm2Curve as curve } from './sm2-curve.js';
import { hmacSm3, sm3 } from './sm3.js';
import { sm4Key } from './sm4.js';

// ---- scalars --------------------------------------------------------------------------------------------------------

export function isSm2Scalar(bytes: Uint8Array): boolean {
  requireBytes('bytes', bytes);
  const value = integerOf(bytes);
  return bytes.length === 32 && value > 0n && value < curve.order;
}

export function sm2AddScalars(a: Uint8Array, b: Uint8Array): Uint8Array {
  const sum = curve.modOrder(curve.scalar('a', a) + curve.scalar('b', b));
  if (sum === 0n) throw new RangeError('a, b: the sum is zero');
  return bytes32(sum);
}

export function sm2MultiplyAddScalars(a: Uint8Array, b: Uint8Array, c: Uint8Array): Uint8Array {
  requireBytes('c', c, 32);
  const rest = isAllZero(c) ? 0n : curve.scalar('c', c);
  return bytes32(curve.modOrder(curve.scalar('a', a) * curve.scalar('b', b) + rest));
}

// ---- points ---------------------------------------------------------------------------------------------------------

export function sm2PublicKey(privateKey: Uint8Array): Uint8Array {
  return curve.encode('public key', curve.timesBase(curve.scalar('privateKey', privateKey)));
}

export function sm2PublicKeys(privateKeys: readonly Uint8Array[]): Uint8Array[] {
  const products = privateKeys.map((key) => curve.timesBase(curve.scalar('privateKeys', key)));
  return curve.encodeAll('public keys', products);
}

export function isSm2PublicKey(bytes: Uint8Array): boolean {
  requireBytes('bytes', bytes);
  return curve.pointIfAny(bytes) !== undefined;
}

export function sm2DecompressPoint(compressed: Uint8Array): { x: Uint8Array; y: Uint8Array } {
  return coordinates(curve.point('compressed', compressed));
}

export function sm2CompressPoint(x: Uint8Array, y: Uint8Array): Uint8Array {
  return curve.encode('x, y', curve.affinePoint(x, y));
}

export function sm2AddBaseMany(point: Uint8Array, scalars: readonly Uint8Array[]): Uint8Array[] {
  const start = curve.point('point', point);
  const sums = scalars.map((scalar) => start.add(curve.timesBase(curve.scalar('scalar', scalar))));
  return curve.encodeAll('point + scalar·G', sums);
}

export function sm2AddBaseEach(items: readonly PointAndScalar[]): Uint8Array[] {
  return items.map(({ point, scalar }) => sm2AddBaseMany(point, [scalar])[0] as Uint8Array);
}

export function sm2Multiply(point: Uint8Array, scalar: Uint8Array): Uint8Array {
  return curve.encode('scalar·point', curve.point('point', point).multiply(curve.scalar('scalar', scalar)));
}

export function sm2AddPoints(a: Uint8Array, b: Uint8Array): Uint8Array {
  return curve.encode('a + b', curve.point('a', a).add(curve.point('b', b)));
}

function coordinates(point: Point): { x: Uint8Array; y: Uint8Array } {
  const { x, y } = point.toAffine();
  return { x: bytes32(x), y: bytes32(y) };
}

function pointBytes(point: Point): Uint8Array {
  const { x, y } = coordinates(point);
  return concat(x, y);
}

// ---- butterfly expansion --------------------------------------------------------------------------------------------

export function sm2Expansion(key16: Uint8Array, mark: number, i: number, first: number, count: number): Uint8Array[] {
  requireBytes('key16', key16, 16);
  return expansionBy(sm4Key(key16).encryptBlock, curve.order, mark, i, first, count);
}

export function sm2CocoonKeys(
  point: Uint8Array,
  key16: Uint8Array,
  mark: number,
  periods: readonly number[],
  count: number,
): Uint8Array[] {
  return sm2AddBaseMany(
    point,
    periods.flatMap((i) => sm2Expansion(key16, mark, i, 0, count)),
  );
}

// ---- signature ------------------------------------------------------------------------------------------------------

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
  if (d === curve.order - 1n) throw new RangeError('privateKey: n−1 cannot sign');
  return d;
}

/** GB/T 32918.2-2016 6.1, steps A4 to A7. */
function signWith(d: bigint, e: bigint, k: bigint): Uint8Array | undefined {
  const r = curve.modOrder(e + curve.timesBase(k).toAffine().x);
  if (r === 0n || r + k === curve.order) return undefined;
  // (1 + d)⁻¹ by inverting (1 + d)·k: the running time of an inversion then tells of a fresh product, not of d.
  const inverse = curve.modOrder(curve.invert(curve.modOrder((1n + d) * k)) * k);
  const s = curve.modOrder(inverse * curve.modOrder(k - r * d));
  return s === 0n ? undefined : concat(bytes32(r), bytes32(s));
}

/** The nonce of an attempt, as the engine draws it: (HMAC(d, 2a+1 ‖ e) ‖ HMAC(d, 2a+2 ‖ e)) mod n. */
function nonceOf(privateKey: Uint8Array, digest: Uint8Array, attempt: number): bigint {
  const half = (n: number): Uint8Array => hmacSm3(privateKey, Uint8Array.of(2 * attempt + n), digest);
  return curve.modOrder(integerOf(concat(half(1), half(2))));
}

export function sm2SignerFor(privateKey: Uint8Array, publicKey?: Uint8Array): Sm2Signer {
  const first = signingScalar(privateKey);
  const key = publicKey === undefined ? curve.timesBase(first) : curve.point('publicKey', publicKey);
  const identity = identityHashesOf(sm3, pointBytes(key));
  let isWiped = false;
  const sign = (id: Uint8Array, message: Uint8Array): Uint8Array => {
    if (isWiped) throw new RangeError('privateKey: not in [1, n−1]');
    const d = signingScalar(privateKey);
    requireBytes('message', message);
    const digest = sm3(identity(id), message);
    for (let attempt = 0; attempt < 127; attempt++) {
      const k = nonceOf(privateKey, digest, attempt);
      const signature = k === 0n ? undefined : signWith(d, integerOf(digest), k);
      if (signature !== undefined) return signature;
    }
    throw new Error('signing: no nonce served');
  };
  return Object.assign(sign, {
    all: (id: Uint8Array, messages: readonly Uint8Array[]) => messages.map((message) => sign(id, message)),
    wipe: () => {
      isWiped = true;
    },
  });
}

export function sm2Verify(publicKey: Uint8Array, id: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = curve.point('publicKey', publicKey);
  requireBytes('message', message);
  return verifyUnder(key, sm3(identityHash(sm3, pointBytes(key), id), message), signature);
}

export function sm2VerifyDigest(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  requireBytes('digest', digest, 32);
  return verifyUnder(curve.point('publicKey', publicKey), digest, signature);
}

/** With window 6 a table takes the time of 6 verifications to build, at the first use, and then one takes a quarter. */
const VERIFIER_WINDOW_BITS = 6;

export function sm2VerifierFor(publicKey: Uint8Array): Sm2Verifier {
  const key = curve.point('publicKey', publicKey).precompute(VERIFIER_WINDOW_BITS);
  const identity = identityHashesOf(sm3, pointBytes(key));
  const verify = (id: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
    requireBytes('message', message);
    return verifyUnder(key, sm3(identity(id), message), signature);
  };
  return Object.assign(verify, {
    all: (id: Uint8Array, signed: readonly Sm2SignedMessage[]) =>
      signed.map(({ message, signature }) => verify(id, message, signature)),
  });
}

/** GB/T 32918.2-2016 7.1, steps B1 to B7. All of it is public, so it may take as long as it takes. */
function verifyUnder(key: Point, digest: Uint8Array, signature: Uint8Array): boolean {
  requireBytes('signature', signature, 64);
  const e = integerOf(digest);
  const r = integerOf(signature.subarray(0, 32));
  const s = integerOf(signature.subarray(32));
  if (r === 0n || r >= curve.order || s === 0n || s >= curve.order) return false;
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
  for (let x = residue; x < curve.prime; x += curve.order) {
    if ((x * point.Z - point.X) % curve.prime === 0n) return true;
  }
  return false;
}

// ---- encryption -----------------------------------------------------------------------------------------------------

export function sm2EncryptUnsafe(
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  nonce: Uint8Array,
): Sm2WrappedKey | undefined {
  const key = curve.point('publicKey', publicKey);
  requireBytes('plaintext', plaintext);
  requireInteger('plaintext.length', plaintext.length, 1, 65536);
  const k = curve.scalar('nonce', nonce);
  const { x, y } = coordinates(key.multiply(k));
  const mask = deriveKey(sm3, plaintext.length, concat(x, y));
  if (isAllZero(mask)) return undefined;
  return { v: curve.encode('C1', curve.timesBase(k)), c: xor(plaintext, mask), t: sm3(x, plaintext, y) };
}

export function sm2WrapManyUnsafe(items: readonly Sm2KeyToWrap[]): (Sm2WrappedKey | undefined)[] {
  return items.map(({ publicKey, key, scalar }) => {
    requireBytes('key', key, 16);
    curve.scalar('scalar', scalar);
    return sm2EncryptUnsafe(publicKey, key, scalar);
  });
}

export function sm2Decrypt(privateKey: Uint8Array, encrypted: Sm2WrappedKey): Uint8Array | undefined {
  const d = curve.scalar('privateKey', privateKey);
  requireBytes('wrapped.v', encrypted.v, 33);
  requireBytes('wrapped.t', encrypted.t, 32);
  requireBytes('wrapped.c', encrypted.c);
  requireInteger('wrapped.c.length', encrypted.c.length, 1, 65536);
  const c1 = curve.pointIfAny(encrypted.v);
  if (c1 === undefined) return undefined;
  const { x, y } = coordinates(c1.multiply(d));
  const mask = deriveKey(sm3, encrypted.c.length, concat(x, y));
  if (isAllZero(mask)) return undefined;
  const plaintext = xor(encrypted.c, mask);
  if (constantTimeEqual(sm3(x, plaintext, y), encrypted.t)) return plaintext;
  plaintext.fill(0);
  return undefined;
}
