import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import fc from 'fast-check';
import { bytes32, concat, fromHex, hex, integerOf } from './bytes.js';
import { deriveKey } from './key-derivation.js';
import { systemRandom } from './random.js';
import {
  SM2_ORDER,
  sm2DecompressPoint,
  sm2Decrypt,
  sm2EncryptUnsafe,
  sm2PublicKey,
  sm2Unwrap,
  sm2Wrap,
} from './sm2.js';
import { sm3 } from './sm3.js';
import { jsonVectors, scriptedRandom } from './vectors.fixture.js';

const standard = jsonVectors<{
  curve: Record<'p' | 'a' | 'b' | 'n' | 'Gx' | 'Gy', string>;
  sm2_enc: Record<'d' | 'k' | 'msg_ascii' | 'C1' | 'C2' | 'C3', string>;
}>('sm/sm-standard.json');
const parameters = {
  p: BigInt(standard.curve.p),
  a: BigInt(standard.curve.a),
  b: BigInt(standard.curve.b),
  n: BigInt(standard.curve.n),
  Gx: BigInt(standard.curve.Gx),
  Gy: BigInt(standard.curve.Gy),
  h: 1n,
};
/** The curve once more, from the numbers in the vector file. */
const Oracle = weierstrass(parameters);
const text = (ascii: string): Uint8Array => new TextEncoder().encode(ascii);
const scalar = (value: bigint): Uint8Array => bytes32(value);
const privateKey = fromHex(standard.sm2_enc.d);
const publicKey = sm2PublicKey(privateKey);
const scalars = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((bytes) => {
  const value = integerOf(bytes);
  return value > 0n && value < SM2_ORDER;
});

describe('SM2 key wrap', () => {
  const v = jsonVectors<Record<'recipient_priv' | 'recipient_pub' | 'ephemeral_k' | 'cek' | 'v' | 'c' | 't', string>>(
    'derived/sm2-keywrap-sm4ccm.json',
  );
  const recipient = fromHex(v.recipient_priv);
  const wrapped = {
    v: concat(Uint8Array.of(fromHex(v.v)[0]! - 0x80), fromHex(v.v).subarray(1)),
    c: fromHex(v.c),
    t: fromHex(v.t),
  };

  it.each([
    ['wrapped.v', { ...wrapped, v: wrapped.v.subarray(1) }],
    ['wrapped.c', { ...wrapped, c: new Uint8Array(17) }],
    ['wrapped.t', { ...wrapped, t: new Uint8Array(16) }],
  ])('throws on a %s of wrong length', (argument, bad) => {
    expect(() => sm2Unwrap(recipient, bad)).toThrow(`${argument}: `);
  });

  it('refuses to wrap a key that is not 16 bytes', () => {
    expect(() => sm2Wrap(publicKey, new Uint8Array(15), systemRandom)).toThrow('key16: 16 bytes expected');
  });

  it.each([
    ['C1 off the curve', { ...wrapped, v: concat(Uint8Array.of(2), scalar(parameters.p - 1n)) }],
    ['C1 at x ≥ p', { ...wrapped, v: concat(Uint8Array.of(2), new Uint8Array(32).fill(255)) }],
    ['C1 all zero', { ...wrapped, v: new Uint8Array(33) }],
    ['C1 negated', { ...wrapped, v: concat(Uint8Array.of(wrapped.v[0]! ^ 1), wrapped.v.subarray(1)) }],
    ['C2 with one bit turned', { ...wrapped, c: wrapped.c.map((byte, n) => (n === 15 ? byte ^ 1 : byte)) }],
    ['C3 with its first bit turned', { ...wrapped, t: wrapped.t.map((byte, n) => (n === 0 ? byte ^ 128 : byte)) }],
    ['C3 with its last bit turned', { ...wrapped, t: wrapped.t.map((byte, n) => (n === 31 ? byte ^ 1 : byte)) }],
  ])('does not unwrap with %s', (_, bad) => {
    expect(sm2Unwrap(recipient, bad)).toBeUndefined();
  });

  it('does not unwrap for another private key', () => {
    expect(sm2Unwrap(privateKey, wrapped)).toBeUndefined();
  });

  it('gives and opens GB/T 32918.5-2017 C.2', () => {
    const c = standard.sm2_enc;
    const sealed = sm2EncryptUnsafe(sm2PublicKey(fromHex(c.d)), text(c.msg_ascii), fromHex(c.k))!;
    const { x, y } = sm2DecompressPoint(sealed.v);
    expect(hex(concat(x, y))).toBe(c.C1);
    expect(hex(sealed.c)).toBe(c.C2);
    expect(hex(sealed.t)).toBe(c.C3);
    expect(sm2Decrypt(fromHex(c.d), sealed)).toEqual(text(c.msg_ascii));
  });

  it('gives and opens derived/sm2-keywrap-sm4ccm.json', () => {
    expect(hex(sm2PublicKey(recipient))).toBe(v.recipient_pub);
    expect(sm2Wrap(fromHex(v.recipient_pub), fromHex(v.cek), scriptedRandom(fromHex(v.ephemeral_k)))).toEqual(wrapped);
    expect(hex(sm2Unwrap(recipient, wrapped)!)).toBe(v.cek);
  });

  it('asks for another scalar when the mask is all zero, and does not open such a text', () => {
    // A mask of one byte is zero for one scalar in 256; of 16 bytes nobody can find one.
    const oneByte = Uint8Array.of(0x5a);
    let k = 1n;
    while (sm2EncryptUnsafe(publicKey, oneByte, scalar(k)) !== undefined) k++;
    const shared = Oracle.fromBytes(publicKey).multiply(k).toAffine();
    const [x, y] = [scalar(shared.x), scalar(shared.y)];
    expect(deriveKey(sm3, 1, concat(x, y))).toEqual(Uint8Array.of(0));
    const sealed = { v: sm2PublicKey(scalar(k)), c: oneByte, t: sm3(x, oneByte, y) };
    expect(sm2Decrypt(privateKey, sealed)).toBeUndefined();
  }, 60_000);

  it('opens what it wrapped, and wraps differently each time', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(scalars, fc.uint8Array({ minLength: 16, maxLength: 16 }), (d, key16) => {
        const sealed = sm2Wrap(sm2PublicKey(d), key16, systemRandom);
        expect([sealed.v.length, sealed.c.length, sealed.t.length]).toEqual([33, 16, 32]);
        expect(sm2Unwrap(d, sealed)).toEqual(key16);
        seen.add(hex(sealed.v));
      }),
      { numRuns: 20 },
    );
    expect(seen.size).toBeGreaterThanOrEqual(20);
  }, 30_000);
});
