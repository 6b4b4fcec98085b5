/** The two families of algorithms behind one face, so that butterfly, linkage and implicit certificates are written once. */
import { createCipheriv } from 'node:crypto';
import { requireBytes } from './argument.js';
import { bytes32, integerOf } from './bytes.js';
import { isAllZero } from './equal.js';
import { expansionBy } from './expansion.js';
import { p256Curve as curve, sha256 } from './p256.js';
import {
  isSm2Scalar,
  SM2_ORDER,
  sm2AddBase,
  sm2AddBaseEach,
  sm2AddBaseMany,
  sm2AddPoints,
  sm2AddScalars,
  sm2CocoonKeys,
  sm2Expansion,
  sm2Multiply,
  sm2MultiplyAddScalars,
  sm2PublicKey,
} from './sm2.js';
import type { PointAndScalar } from './sm2-face.js';
import { sm3 } from './sm3.js';
import { sm4Key } from './sm4.js';

/** Scalars are 32 bytes in [1, n−1], points 33 bytes compressed; what comes out at infinity refuses. */
export interface Suite {
  readonly name: 'sm' | 'nist';
  /** 32 bytes of all parts one after the other. */
  hash(...parts: Uint8Array[]): Uint8Array;
  /** One 16-byte block under a 16-byte key. */
  encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array;
  /** A 16-byte key, expanded once for many blocks. */
  blockCipher(key: Uint8Array): (block: Uint8Array) => Uint8Array;
  /** n. */
  readonly order: bigint;
  /** Whether these are the 32 bytes of a number in [1, n−1]. */
  isScalar(bytes: Uint8Array): boolean;
  /** a + b mod n; refuses a sum of zero. */
  addScalars(a: Uint8Array, b: Uint8Array): Uint8Array;
  /** a·b + c mod n, which may be zero, as may c. */
  multiplyAddScalars(a: Uint8Array, b: Uint8Array, c: Uint8Array): Uint8Array;
  /** d·G. */
  publicKey(d: Uint8Array): Uint8Array;
  /** P + k·G. */
  addBase(point: Uint8Array, scalar: Uint8Array): Uint8Array;
  /** P + k·G for many k in one order; one inversion for all. */
  addBaseMany(point: Uint8Array, scalars: Uint8Array[]): Uint8Array[];
  /** P + k·G for many pairs of P and k, in their order. */
  addBaseEach(items: readonly PointAndScalar[]): Uint8Array[];
  /** k·P. */
  multiply(point: Uint8Array, scalar: Uint8Array): Uint8Array;
  /** P + Q. */
  addPoints(a: Uint8Array, b: Uint8Array): Uint8Array;
  /** f(i, j) for j = first … first + count − 1 (at most 256); see butterfly.ts. */
  expansion(key16: Uint8Array, mark: number, i: number, first: number, count: number): Uint8Array[];
  /** P + f(i, j)·G for each i, one after the other, and j = 0 … count − 1 (at most 256). */
  cocoonKeys(
    point: Uint8Array,
    key16: Uint8Array,
    mark: number,
    periods: readonly number[],
    count: number,
  ): Uint8Array[];
}

/** Refuses, by the argument's name, what is not the 32 bytes of a number in [1, n−1]. */
export function requireScalarOf(suite: Suite, argument: string, bytes: Uint8Array): void {
  requireBytes(argument, bytes, 32);
  if (!suite.isScalar(bytes)) throw new RangeError(`${argument}: not in [1, n−1]`);
}

const blockCipherOfSm4 = (key: Uint8Array): ((block: Uint8Array) => Uint8Array) => sm4Key(key).encryptBlock;

/** SM2, SM3, SM4: the `ccsa` profile. */
export const smSuite: Suite = {
  name: 'sm',
  hash: sm3,
  blockCipher: blockCipherOfSm4,
  encryptBlock: (key, block) => blockCipherOfSm4(key)(block),
  order: SM2_ORDER,
  isScalar: isSm2Scalar,
  addScalars: sm2AddScalars,
  multiplyAddScalars: sm2MultiplyAddScalars,
  publicKey: sm2PublicKey,
  addBase: sm2AddBase,
  addBaseMany: sm2AddBaseMany,
  addBaseEach: sm2AddBaseEach,
  multiply: sm2Multiply,
  addPoints: sm2AddPoints,
  expansion: sm2Expansion,
  cocoonKeys: sm2CocoonKeys,
};

function aes128(key: Uint8Array): (block: Uint8Array) => Uint8Array {
  requireBytes('key', key, 16);
  // Without padding each block is answered at once, so that one cipher serves all blocks of a key.
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return (block) => {
    requireBytes('block', block, 16);
    return new Uint8Array(cipher.update(block));
  };
}

function addBaseMany(point: Uint8Array, scalars: readonly Uint8Array[]): Uint8Array[] {
  const start = curve.point('point', point);
  const sums = scalars.map((scalar) => start.add(curve.timesBase(curve.scalar('scalar', scalar))));
  return curve.encodeAll('point + scalar·G', sums);
}

function expansion(key16: Uint8Array, mark: number, i: number, first: number, count: number): Uint8Array[] {
  requireBytes('key16', key16, 16);
  return expansionBy(aes128(key16), curve.order, mark, i, first, count);
}

/** P-256, SHA-256, AES-128: the `ieee` profile. */
export const nistSuite: Suite = {
  name: 'nist',
  hash: sha256,
  blockCipher: aes128,
  encryptBlock: (key, block) => aes128(key)(block),
  order: curve.order,
  isScalar: (bytes) => bytes.length === 32 && integerOf(bytes) > 0n && integerOf(bytes) < curve.order,
  addScalars: (a, b) => {
    const sum = curve.modOrder(curve.scalar('a', a) + curve.scalar('b', b));
    if (sum === 0n) throw new RangeError('a, b: the sum is zero');
    return bytes32(sum);
  },
  multiplyAddScalars: (a, b, c) => {
    requireBytes('c', c, 32);
    const rest = isAllZero(c) ? 0n : curve.scalar('c', c);
    return bytes32(curve.modOrder(curve.scalar('a', a) * curve.scalar('b', b) + rest));
  },
  publicKey: (d) => curve.encode('public key', curve.timesBase(curve.scalar('d', d))),
  addBase: (point, scalar) => addBaseMany(point, [scalar])[0] as Uint8Array,
  addBaseMany,
  addBaseEach: (items) => items.map(({ point, scalar }) => nistSuite.addBase(point, scalar)),
  multiply: (point, scalar) =>
    curve.encode('scalar·point', curve.point('point', point).multiply(curve.scalar('scalar', scalar))),
  addPoints: (a, b) => curve.encode('a + b', curve.point('a', a).add(curve.point('b', b))),
  expansion,
  cocoonKeys: (point, key16, mark, periods, count) =>
    addBaseMany(
      point,
      periods.flatMap((i) => expansion(key16, mark, i, 0, count)),
    ),
};
