import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { fromHex, hex } from './bytes.js';
import { sm4DecryptBlock, sm4EncryptBlock, sm4Key } from './sm4.js';
import { jsonVectors } from './vectors.fixture.js';

const { sm4 } = jsonVectors<{ sm4: { key: string; pt: string; ct: string; after_1e6_iterations: string }[] }>(
  'sm/sm-standard.json',
);
const exactly = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

describe('SM4, GB/T 32907-2016', () => {
  it.each([0, 15, 17, 32])('refuses a key and a block of %d bytes', (length) => {
    expect(() => sm4Key(new Uint8Array(length))).toThrow('key: 16 bytes expected');
    expect(() => sm4EncryptBlock(new Uint8Array(16), new Uint8Array(length))).toThrow('block: 16 bytes expected');
    expect(() => sm4DecryptBlock(new Uint8Array(16), new Uint8Array(length))).toThrow('block: 16 bytes expected');
  });

  it.each(sm4)('gives the ciphertext of Annex A.1 and back: $ct', ({ key, pt, ct }) => {
    expect(hex(sm4EncryptBlock(fromHex(key), fromHex(pt)))).toBe(ct);
    expect(hex(sm4DecryptBlock(fromHex(key), fromHex(ct)))).toBe(pt);
  });

  it.each(sm4)(
    'gives the ciphertext of Annex A.2 after 1 000 000 rounds',
    ({ key, pt, after_1e6_iterations }) => {
      const cipher = sm4Key(fromHex(key));
      const block = fromHex(pt);
      for (let n = 0; n < 1_000_000; n++) cipher.encryptAtUnsafe(block, 0, block, 0);
      expect(hex(block)).toBe(after_1e6_iterations);
    },
    30_000,
  );

  it('agrees with OpenSSL and undoes itself', () => {
    let met = 0;
    fc.assert(
      fc.property(exactly(16), exactly(16), (key, block) => {
        const oracle = createCipheriv('sm4-ecb', key, null).setAutoPadding(false).update(block);
        const sealed = sm4EncryptBlock(key, block);
        expect(hex(sealed)).toBe(oracle.toString('hex'));
        expect(hex(sm4DecryptBlock(key, sealed))).toBe(hex(block));
        met++;
      }),
      { numRuns: 300 },
    );
    expect(met).toBeGreaterThanOrEqual(300);
  });

  it('forgets a wiped key', () => {
    const cipher = sm4Key(fromHex('0123456789abcdeffedcba9876543210'));
    const before = hex(cipher.encryptBlock(new Uint8Array(16)));
    cipher.wipe();
    expect(hex(cipher.encryptBlock(new Uint8Array(16)))).not.toBe(before);
  });
});
