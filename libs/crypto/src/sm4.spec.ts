import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { fromHex, hex } from './bytes.js';
import { engineMemory } from './engine/memory.fixture.js';
import * as engine from './engine/sm4.js';
import * as reference from './reference/sm4.js';
import { sm4DecryptBlock, sm4EncryptBlock, sm4Key, type Sm4 } from './sm4.js';
import { jsonVectors } from './vectors.fixture.js';

const { sm4 } = jsonVectors<{ sm4: { key: string; pt: string; ct: string; after_1e6_iterations: string }[] }>(
  'sm/sm-standard.json',
);
const implementations: readonly (readonly [string, Sm4])[] = [
  ['the engine', engine],
  ['the reference', reference],
];
const exactly = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const ofNode = (key: Uint8Array, block: Uint8Array): string =>
  createCipheriv('sm4-ecb', key, null).setAutoPadding(false).update(block).toString('hex');

describe.each(implementations)('SM4, GB/T 32907-2016, by %s', (_, { sm4Key }) => {
  it.each([0, 15, 17, 32])('refuses a key and a block of %d bytes', (length) => {
    const cipher = sm4Key(new Uint8Array(16));
    expect(() => sm4Key(new Uint8Array(length))).toThrow('key: 16 bytes expected');
    expect(() => cipher.encryptBlock(new Uint8Array(length))).toThrow('block: 16 bytes expected');
    expect(() => cipher.decryptBlock(new Uint8Array(length))).toThrow('block: 16 bytes expected');
  });

  it('refuses a key and a block that are no Uint8Array', () => {
    expect(() => sm4Key('0123456789abcdef' as unknown as Uint8Array)).toThrow('key: not a Uint8Array');
    const block = new Array(16).fill(0) as unknown as Uint8Array;
    expect(() => sm4Key(new Uint8Array(16)).encryptBlock(block)).toThrow('block: not a Uint8Array');
  });

  it.each(sm4)('gives the ciphertext of Annex A.1 and back: $ct', ({ key, pt, ct }) => {
    expect(hex(sm4Key(fromHex(key)).encryptBlock(fromHex(pt)))).toBe(ct);
    expect(hex(sm4Key(fromHex(key)).decryptBlock(fromHex(ct)))).toBe(pt);
  });

  it.each(sm4)(
    'gives the ciphertext of Annex A.2 after 1 000 000 rounds',
    ({ key, pt, after_1e6_iterations }) => {
      const cipher = sm4Key(fromHex(key));
      let block = fromHex(pt);
      for (let n = 0; n < 1_000_000; n++) block = cipher.encryptBlock(block);
      expect(hex(block)).toBe(after_1e6_iterations);
    },
    60_000,
  );

  it('agrees with OpenSSL on 10 000 blocks and undoes itself', () => {
    let met = 0;
    fc.assert(
      fc.property(exactly(16), exactly(16), (key, block) => {
        const cipher = sm4Key(key);
        const sealed = cipher.encryptBlock(block);
        if (hex(sealed) !== ofNode(key, block)) throw new Error('not the block of OpenSSL');
        if (hex(cipher.decryptBlock(sealed)) !== hex(block)) throw new Error('not undone');
        met++;
      }),
      { numRuns: 10_000 },
    );
    expect(met).toBeGreaterThanOrEqual(10_000);
  }, 30_000);

  it('keeps two keys apart', () => {
    const [one, other] = [sm4Key(new Uint8Array(16).fill(1)), sm4Key(new Uint8Array(16).fill(2))];
    const block = new Uint8Array(16);
    expect(hex(one.encryptBlock(block))).toBe(ofNode(new Uint8Array(16).fill(1), block));
    expect(hex(other.encryptBlock(block))).toBe(ofNode(new Uint8Array(16).fill(2), block));
  });

  it('leaves key and block as they were', () => {
    const [key, block] = [fromHex('0123456789abcdeffedcba9876543210'), fromHex('00112233445566778899aabbccddeeff')];
    const cipher = sm4Key(key);
    cipher.decryptBlock(cipher.encryptBlock(block));
    expect([hex(key), hex(block)]).toEqual(['0123456789abcdeffedcba9876543210', '00112233445566778899aabbccddeeff']);
  });

  it('forgets a wiped key', () => {
    const cipher = sm4Key(fromHex('0123456789abcdeffedcba9876543210'));
    const before = hex(cipher.encryptBlock(new Uint8Array(16)));
    cipher.wipe();
    expect(hex(cipher.encryptBlock(new Uint8Array(16)))).not.toBe(before);
  });
});

describe('SM4 by both', () => {
  it('is, for everybody else, the one that ENGINE chooses', () => {
    expect(sm4Key).toBe((process.env['ENGINE'] === 'reference' ? reference : engine).sm4Key);
  });

  it.each(sm4)('takes key and block at once: $ct', ({ key, pt, ct }) => {
    expect(hex(sm4EncryptBlock(fromHex(key), fromHex(pt)))).toBe(ct);
    expect(hex(sm4DecryptBlock(fromHex(key), fromHex(ct)))).toBe(pt);
  });

  it('meets every byte of the S-box as OpenSSL has it', () => {
    // The first round of a zero key takes the S-box of the block's words; 256 blocks of one byte meet all of its entries.
    for (let byte = 0; byte < 256; byte++) {
      const block = Uint8Array.from({ length: 16 }, (_, n) => (n === 4 ? byte : 0));
      expect(hex(engine.sm4Key(new Uint8Array(16)).encryptBlock(block))).toBe(ofNode(new Uint8Array(16), block));
    }
  });

  it('keeps nothing of a key in the memory of the engine', () => {
    const before = engineMemory();
    const cipher = engine.sm4Key(fromHex('0123456789abcdeffedcba9876543210'));
    expect(engineMemory().equals(before)).toBe(true);
    cipher.decryptBlock(cipher.encryptBlock(fromHex('00112233445566778899aabbccddeeff')));
    expect(engineMemory().equals(before)).toBe(true);
  });
});
