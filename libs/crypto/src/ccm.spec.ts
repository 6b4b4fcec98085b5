import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { concat, fromHex, hex } from './bytes.js';
import { openAesCcm, openSm4Ccm, sealAesCcm, sealSm4Ccm, sealSm4CcmWith } from './ccm.js';
import { campVectors, jsonVectors, valueOf } from './vectors.fixture.js';

const key = fromHex('0123456789abcdeffedcba9876543210');
const nonce = fromHex('00112233445566778899aabb');
const ciphers = [
  ['SM4', sealSm4Ccm, openSm4Ccm],
  ['AES', sealAesCcm, openAesCcm],
] as const;

describe.each(ciphers)('%s-CCM, IEEE 1609.2-2022 5.3.8', (_, seal, open) => {
  it('refuses a key, a nonce or a plaintext of wrong length', () => {
    expect(() => seal(key.subarray(1), nonce, key)).toThrow('key: 16 bytes expected');
    expect(() => seal(key, nonce.subarray(1), key)).toThrow('nonce: 12 bytes expected');
    expect(() => open(key, concat(nonce, nonce), key)).toThrow('nonce: 12 bytes expected');
    expect(() => seal(key, nonce, new Uint8Array(1 << 24))).toThrow('plaintext: longer than');
  });

  it('does not open what is shorter than a tag', () => {
    for (let length = 0; length < 16; length++) expect(open(key, nonce, new Uint8Array(length))).toBeUndefined();
  });

  it('does not open under another key or nonce, or with any one bit turned', () => {
    const sealed = seal(key, nonce, fromHex('03800568656c6c6f'));
    expect(open(nonce.length ? fromHex('00'.repeat(16)) : key, nonce, sealed)).toBeUndefined();
    expect(open(key, fromHex('00'.repeat(12)), sealed)).toBeUndefined();
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const bent = sealed.slice();
      bent[bit >> 3]! ^= 1 << (bit & 7);
      expect(open(key, nonce, bent)).toBeUndefined();
    }
  });

  it('opens what it sealed, at every length around the block', () => {
    for (let length = 0; length <= 66; length++) {
      const plaintext = new Uint8Array(length).fill(7);
      const sealed = seal(key, nonce, plaintext);
      expect(sealed.length).toBe(length + 16);
      expect(hex(open(key, nonce, sealed)!)).toBe(hex(plaintext));
    }
  });
});

describe('SM4-CCM against others', () => {
  it('gives RFC 8998 A.2', () => {
    const { sm4_ccm: v } = jsonVectors<{ sm4_ccm: Record<'key' | 'nonce' | 'aad' | 'pt' | 'ct' | 'tag', string> }>(
      'sm/sm-standard.json',
    );
    const sealed = sealSm4CcmWith(fromHex(v.aad), fromHex(v.key), fromHex(v.nonce), fromHex(v.pt));
    expect(hex(sealed)).toBe(v.ct + v.tag);
  });

  it('gives and opens derived/sm2-keywrap-sm4ccm.json', () => {
    const v = jsonVectors<Record<'cek' | 'nonce' | 'plaintext_Ieee1609Dot2Data' | 'ccmCiphertext', string>>(
      'derived/sm2-keywrap-sm4ccm.json',
    );
    const plaintext = fromHex(v.plaintext_Ieee1609Dot2Data);
    expect(hex(sealSm4Ccm(fromHex(v.cek), fromHex(v.nonce), plaintext))).toBe(v.ccmCiphertext);
    expect(openSm4Ccm(fromHex(v.cek), fromHex(v.nonce), fromHex(v.ccmCiphertext))).toEqual(plaintext);
  });

  it('is CTR and CBC-MAC over the SM4 of OpenSSL', () => {
    const ecb = (block: Uint8Array): Uint8Array =>
      createCipheriv('sm4-ecb', key, null).setAutoPadding(false).update(block);
    let long = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90, size: 'max' }), (plaintext) => {
        long += plaintext.length > 16 ? 1 : 0;
        const padded = concat(plaintext, new Uint8Array((16 - (plaintext.length % 16)) % 16));
        let mac = ecb(concat(Uint8Array.of(0x3a), nonce, Uint8Array.of(0, 0, plaintext.length)));
        const stream: Uint8Array[] = [];
        for (let at = 0; at < padded.length; at += 16) {
          mac = ecb(padded.slice(at, at + 16).map((byte, n) => byte ^ mac[n]!));
          stream.push(ecb(concat(Uint8Array.of(2), nonce, Uint8Array.of(0, 0, at / 16 + 1))));
        }
        const s0 = ecb(concat(Uint8Array.of(2), nonce, new Uint8Array(3)));
        const keys = concat(...stream);
        const expected = concat(
          plaintext.map((byte, n) => byte ^ keys[n]!),
          mac.map((byte, n) => byte ^ s0[n]!),
        );
        expect(hex(sealSm4Ccm(key, nonce, plaintext))).toBe(hex(expected));
      }),
      { numRuns: 100 },
    );
    expect(long).toBeGreaterThan(30);
  });
});

describe('AES-CCM, CAMP aesccm.txt', () => {
  const vectors = campVectors('aesccm.txt');
  it('has vectors', () => {
    expect(vectors.length).toBeGreaterThan(1);
  });
  it.each(vectors.map((v, n) => [n + 1, v] as const))('gives and opens vector %d', (_, v) => {
    const [k, n, p, sealed] = [valueOf(v, 'K'), valueOf(v, 'N'), valueOf(v, 'P'), valueOf(v, 'C_T')];
    expect(hex(sealAesCcm(k, n, p))).toBe(hex(sealed));
    expect(hex(openAesCcm(k, n, sealed)!)).toBe(hex(p));
  });
});
