import fc from 'fast-check';
import { concat, fromHex, hex, integerOf } from './bytes.js';
import { systemRandom } from './random.js';
import { SM2_ORDER, sm2PublicKey, sm2Unwrap, sm2Wrap } from './sm2.js';
import { P as PRIME, scalar, sm2Implementations, text } from './sm2.fixture.js';
import { jsonVectors, scriptedRandom } from './vectors.fixture.js';

const standard = jsonVectors<{
  sm2_enc: Record<'d' | 'k' | 'msg_ascii' | 'C1' | 'C2' | 'C3', string>;
}>('sm/sm-standard.json');
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
    ['C1 off the curve', { ...wrapped, v: concat(Uint8Array.of(2), scalar(PRIME - 1n)) }],
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

  it.each(sm2Implementations)('gives and opens GB/T 32918.5-2017 C.2 by $name', ({ sm2 }) => {
    const { sm2DecompressPoint, sm2Decrypt, sm2EncryptUnsafe } = sm2;
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

  it.each(sm2Implementations)('gives and opens derived/sm2-keywrap-sm4ccm.json by $name', ({ sm2 }) => {
    expect(sm2.sm2EncryptUnsafe(fromHex(v.recipient_pub), fromHex(v.cek), fromHex(v.ephemeral_k))).toEqual(wrapped);
    expect(hex(sm2.sm2Decrypt(recipient, wrapped)!)).toBe(v.cek);
  });

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
