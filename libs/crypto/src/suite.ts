/** The two families of algorithms behind one face, so that butterfly, linkage and implicit certificates are written once. */
import { createCipheriv } from 'node:crypto';
import { requireBytes } from './argument.js';
import { sha256, p256Curve } from './p256.js';
import type { PrimeCurve } from './prime-curve.js';
import { sm2Curve } from './sm2-curve.js';
import { sm3 } from './sm3.js';
import { sm4Key } from './sm4.js';

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
  /** d·G, 33 bytes, for a 32-byte scalar d in [1, n−1]. */
  publicKey(d: Uint8Array): Uint8Array;
  /** P + k·G; refuses infinity. */
  addBase(point: Uint8Array, scalar: Uint8Array): Uint8Array;
  /** P + k·G for many k in one order; one inversion for all. */
  addBaseMany(point: Uint8Array, scalars: Uint8Array[]): Uint8Array[];
  /** k·P. */
  multiply(point: Uint8Array, scalar: Uint8Array): Uint8Array;
  /** P + Q; refuses infinity. */
  addPoints(a: Uint8Array, b: Uint8Array): Uint8Array;
}

type Ciphers = Pick<Suite, 'name' | 'hash' | 'blockCipher'>;

function suite(ciphers: Ciphers, curve: PrimeCurve): Suite {
  const addBaseMany = (point: Uint8Array, scalars: Uint8Array[]): Uint8Array[] => {
    const start = curve.point('point', point);
    const sums = scalars.map((scalar) => start.add(curve.timesBase(curve.scalar('scalar', scalar))));
    return curve.encodeAll('point + scalar·G', sums);
  };
  return {
    ...ciphers,
    encryptBlock: (key, block) => ciphers.blockCipher(key)(block),
    order: curve.order,
    publicKey: (d) => curve.encode('public key', curve.timesBase(curve.scalar('d', d))),
    addBase: (point, scalar) => addBaseMany(point, [scalar])[0] as Uint8Array,
    addBaseMany,
    multiply: (point, scalar) =>
      curve.encode('scalar·point', curve.point('point', point).multiply(curve.scalar('scalar', scalar))),
    addPoints: (a, b) => curve.encode('a + b', curve.point('a', a).add(curve.point('b', b))),
  };
}

function aes128(key: Uint8Array): (block: Uint8Array) => Uint8Array {
  requireBytes('key', key, 16);
  return (block) => {
    requireBytes('block', block, 16);
    return new Uint8Array(createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block));
  };
}

/** SM2, SM3, SM4: the `ccsa` profile. */
export const smSuite: Suite = suite(
  { name: 'sm', hash: sm3, blockCipher: (key) => sm4Key(key).encryptBlock },
  sm2Curve,
);

/** P-256, SHA-256, AES-128: the `ieee` profile. */
export const nistSuite: Suite = suite({ name: 'nist', hash: sha256, blockCipher: aes128 }, p256Curve);
