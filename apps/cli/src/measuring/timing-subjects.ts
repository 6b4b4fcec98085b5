/**
 * What `chrysalis timing` compares: the functions that are handed secrets, each with an arbitrary fixed secret, and where that
 * could matter with odd ones: 1, the largest, long rows of zeros. Two controls have leaks, and must be found.
 */
import { randomBytes } from 'node:crypto';
import { bytes32, concat, fromHex, integerOf } from '#crypto/bytes.js';
import { openSm4Ccm, openSm4CcmMany, sealSm4Ccm, sealSm4CcmEach, sealSm4CcmMany } from '#crypto/ccm.js';
import { systemRandom } from '#crypto/random.js';
import {
  DEFAULT_SM2_ID,
  isSm2Scalar,
  newSm2PrivateKey,
  SM2_ORDER,
  sm2AddBaseEach,
  sm2AddBaseMany,
  sm2AddScalars,
  sm2Decrypt,
  sm2EncryptUnsafe,
  sm2Expansion,
  sm2Multiply,
  sm2MultiplyAddScalars,
  sm2PublicKey,
  sm2Sign,
  sm2SignDigestUnsafe,
  sm2SignerFor,
  sm2WrapManyUnsafe,
  type Sm2WrappedKey,
} from '#crypto/sm2.js';
import { hmacSm3, sm3 } from '#crypto/sm3.js';
import { sm4Key } from '#crypto/sm4.js';
import { randomDraw, type Draw, type Subject } from './two-classes.js';

const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const newKey = (): Uint8Array => newSm2PrivateKey(systemRandom);
const draw = randomDraw();

/** One scalar after the other. The topmost word of n is 2^32 − 2: whatever has a larger one gets another. */
const drawScalars: Draw = (to) => {
  draw(to);
  for (let at = 0; at < to.length; at += 32) if (to[at] === 0xff && to[at + 1] === 0xff) to[at] = 0x7f;
};

const ONE = bytes32(1n);
const LARGEST = bytes32(SM2_ORDER - 1n);
const LARGEST_KEY = bytes32(SM2_ORDER - 2n);
const ZEROS_WITHIN = fromHex('80'.padEnd(62, '0') + '01');

/** The subject with an arbitrary fixed secret, and with each of the odd ones. */
function withOdd(name: string, call: Subject['call'], odd: Readonly<Record<string, Uint8Array>>, calls = 1): Subject[] {
  return [
    { name: `${name}, fixed`, fixed: newKey(), draw: drawScalars, call, calls },
    ...Object.entries(odd).map(([which, fixed]) => ({
      name: `${name}, ${which}`,
      fixed,
      draw: drawScalars,
      call,
      calls,
    })),
  ];
}

const MANY = 64;
const eachOf = (secrets: Uint8Array, length: number): Uint8Array[] =>
  Array.from({ length: MANY }, (_, n) => secrets.subarray(length * n, length * (n + 1)));
const manyTimes = (secret: Uint8Array): Uint8Array => concat(...Array.from({ length: MANY }, () => secret));

/** Side by side: 64 scalars, arbitrary or all odd. */
function manySubjects(name: string, call: (ks: readonly Uint8Array[]) => unknown): Subject[] {
  const of = (which: string, fixed: Uint8Array): Subject => ({
    name: `${name}, ${which}`,
    fixed,
    draw: drawScalars,
    call: (ks) => call(eachOf(ks, 32)),
    calls: 1,
  });
  return [
    of('fixed', concat(...Array.from({ length: MANY }, newKey))),
    of('all 1', manyTimes(ONE)),
    of('all with long zeros', manyTimes(ZEROS_WITHIN)),
  ];
}

function curveSubjects(): Subject[] {
  const point = sm2PublicKey(newKey());
  const odd = { 'k = 1': ONE, 'k = n−1': LARGEST, 'k with long zeros': ZEROS_WITHIN };
  return [
    ...withOdd('k·G', sm2PublicKey, odd),
    ...withOdd('k·P', (k) => sm2Multiply(point, k), odd),
    ...manySubjects('P + k·G for 64 k', (ks) => sm2AddBaseMany(point, ks)),
    ...manySubjects('P + k·G for 64 P and k', (ks) => sm2AddBaseEach(ks.map((scalar) => ({ point, scalar })))),
  ];
}

function encryptionSubjects(): Subject[] {
  const publicKey = sm2PublicKey(newKey());
  const key = bytes(16);
  const odd = { 'k = 1': ONE, 'k with long zeros': ZEROS_WITHIN };
  return [
    ...withOdd('encrypting with k', (k) => sm2EncryptUnsafe(publicKey, key, k), odd),
    ...manySubjects('wrapping 64 keys with k', (ks) =>
      sm2WrapManyUnsafe(ks.map((scalar) => ({ publicKey, key, scalar }))),
    ),
  ];
}

function scalarSubjects(): Subject[] {
  const b = newKey();
  const c = newKey();
  const odd = { 'a = 1': ONE, 'a = n−1': LARGEST };
  const nearlyMinusB = bytes32(SM2_ORDER + 1n - integerOf(b));
  return [
    ...withOdd('a + b', (a) => sm2AddScalars(a, b), { ...odd, 'a + b = 1': nearlyMinusB }, 16),
    ...withOdd('a·b + c', (a) => sm2MultiplyAddScalars(a, b, c), odd, 16),
    ...withOdd('a·b + secret c', (secret) => sm2MultiplyAddScalars(b, c, secret), { 'c = 1': ONE }, 16),
  ];
}

function signatureSubjects(): Subject[] {
  const key = newKey();
  const publicKey = sm2PublicKey(key);
  const digest = bytes(32);
  const message = bytes(100);
  const odd = { 'd = 1': ONE, 'd with long zeros': ZEROS_WITHIN };
  return [
    ...withOdd('a new key d', (d) => newSm2PrivateKey({ bytes: () => d }), { 'd = n−2': LARGEST_KEY }, 16),
    // A public key that does not belong to the key is no matter here, and the same for both classes.
    ...withOdd('signer for d', (d) => sm2SignerFor(d, publicKey), odd),
    ...withOdd('signing by d', (d) => sm2Sign(d, DEFAULT_SM2_ID, message), odd),
    ...withOdd('signing with nonce k', (k) => sm2SignDigestUnsafe(key, digest, k), { 'k = 1': ONE }),
  ];
}

function decryptionSubjects(): Subject[] {
  const nonce = newKey();
  const plaintext = bytes(16);
  // One ephemeral key for all: C1 is public, and may take as long as it takes.
  const encrypted = (d: Uint8Array): Uint8Array => {
    const { v, t, c } = sm2EncryptUnsafe(sm2PublicKey(d), plaintext, nonce) as Sm2WrappedKey;
    return new Uint8Array([...d, ...v, ...t, ...c]);
  };
  const pairs = Array.from({ length: 256 }, () => encrypted(newKey()));
  const which = new Uint8Array(1);
  const decrypt = (all: Uint8Array): Uint8Array | undefined =>
    sm2Decrypt(all.subarray(0, 32), { v: all.subarray(32, 65), t: all.subarray(65, 97), c: all.subarray(97) });
  const others = encrypted(newKey()).subarray(32);
  const wrapped = { v: others.slice(0, 33), t: others.slice(33, 65), c: others.slice(65) };
  return [
    {
      name: 'decrypting by the right d, fixed',
      fixed: encrypted(newKey()),
      draw: (to) => {
        draw(which);
        to.set(pairs[which[0] as number] as Uint8Array);
      },
      call: decrypt,
      calls: 1,
    },
    ...withOdd('decrypting by a wrong d', (d) => sm2Decrypt(d, wrapped), { 'd = 1': ONE }),
  ];
}

function symmetricSubjects(): Subject[] {
  const key = bytes(16);
  const block = bytes(16);
  const nonce = bytes(12);
  const text = bytes(32);
  const cipher = sm4Key(key);
  const sealed = sealSm4Ccm(key, nonce, text);
  const zeros = new Uint8Array(16);
  const of16 = (name: string, call: Subject['call'], calls: number): Subject[] => [
    { name: `${name}, fixed`, fixed: bytes(16), draw, call, calls },
    { name: `${name}, zeros`, fixed: zeros, draw, call, calls },
  ];
  // The fixed tag is wrong in its first byte, a random one in any of them: both are refused.
  const wrongAt = (at: number, by: number): Uint8Array => {
    const wrong = sealed.slice();
    wrong[text.length + at]! ^= by;
    return wrong;
  };
  const place = new Uint8Array(2);
  const nonces = bytes(12 * MANY);
  const texts = bytes(text.length * MANY);
  const sealedTexts = sealSm4CcmMany(key, nonces, texts);
  return [
    ...of16('SM4 by a key', (secret) => sm4Key(secret).encryptBlock(block), 8),
    ...of16('SM4 of a block', (secret) => cipher.encryptBlock(secret), 16),
    ...of16('SM4-CCM by a key', (secret) => sealSm4Ccm(secret, nonce, text), 4),
    {
      name: 'SM4-CCM, where the tag is wrong',
      fixed: wrongAt(0, 1),
      draw: (to) => {
        draw(place);
        to.set(sealed);
        to[text.length + ((place[0] as number) & 15)]! ^= (place[1] as number) | 1;
      },
      call: (secret) => openSm4Ccm(key, nonce, secret),
      calls: 4,
    },
    ...of16('SM4-CCM of 64 texts by a key', (secret) => sealSm4CcmMany(secret, nonces, texts), 1),
    {
      name: 'SM4-CCM of 64 secret texts, zeros',
      fixed: new Uint8Array(texts.length),
      draw,
      call: (secret) => sealSm4CcmMany(key, nonces, secret),
      calls: 1,
    },
    {
      name: 'SM4-CCM of 64 texts by a key for each, zeros',
      fixed: new Uint8Array(16 * MANY),
      draw,
      call: (secret) => sealSm4CcmEach(secret, nonces, texts),
      calls: 1,
    },
    ...of16('SM4-CCM of 64 texts by a wrong key', (secret) => openSm4CcmMany(secret, nonces, sealedTexts), 1),
    ...of16('expansion by a key', (secret) => sm2Expansion(secret, 0, 1, 0, 4), 2),
    { name: 'SM3 of a text, fixed', fixed: bytes(64), draw, call: (secret) => sm3(secret), calls: 8 },
    { name: 'SM3 of a text, zeros', fixed: new Uint8Array(64), draw, call: (secret) => sm3(secret), calls: 8 },
    { name: 'HMAC-SM3 by a key, fixed', fixed: bytes(32), draw, call: (secret) => hmacSm3(secret, text), calls: 8 },
    {
      name: 'HMAC-SM3 by a key, zeros',
      fixed: new Uint8Array(32),
      draw,
      call: (secret) => hmacSm3(secret, text),
      calls: 8,
    },
  ];
}

/** All functions that are handed secrets. */
export function timingSubjects(): Subject[] {
  return [
    ...curveSubjects(),
    ...scalarSubjects(),
    ...signatureSubjects(),
    ...encryptionSubjects(),
    ...decryptionSubjects(),
    ...symmetricSubjects(),
  ];
}

const TABLE_BYTES = 1 << 25;

/** Leaks on purpose: a harness that does not find them sees nothing. */
export function controlSubjects(): Subject[] {
  const table = new Uint8Array(TABLE_BYTES).fill(1);
  const lookUp = (secret: Uint8Array): number => {
    let sum = 0;
    for (let at = 0; at < 32; at += 4) {
      const index = ((secret[at]! << 24) | (secret[at + 1]! << 16) | (secret[at + 2]! << 8) | secret[at + 3]!) >>> 7;
      sum += table[index % TABLE_BYTES]!;
    }
    return sum;
  };
  // Less than 1 % of the time of the product.
  const productAndBranch = (k: Uint8Array): Uint8Array => {
    if ((k[31]! & 1) === 1) isSm2Scalar(k);
    return sm2PublicKey(k);
  };
  return [
    { name: 'a table look-up', fixed: newKey(), draw: drawScalars, call: lookUp, calls: 1 },
    { name: 'k·G, and a little more for odd k', fixed: ONE, draw: drawScalars, call: productAndBranch, calls: 1 },
  ];
}
