import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { concat, fromHex, hex } from './bytes.js';
import { openAesCcm, openSm4Ccm, sealAesCcm, sealSm4Ccm, sealSm4CcmWith, sm4CcmBy } from './ccm.js';
import * as engine from './engine/ccm.js';
import { desk, DESK_AT, engineCalls } from './engine/instance.js';
import { engineMemory } from './engine/memory.fixture.js';
import * as reference from './reference/ccm.js';
import { campVectors, jsonVectors, valueOf } from './vectors.fixture.js';

const key = fromHex('0123456789abcdeffedcba9876543210');
const nonce = fromHex('00112233445566778899aabb');
const byEngine = sm4CcmBy(engine);
const byReference = sm4CcmBy(reference);
const sm4Ciphers = [
  ['the engine', byEngine],
  ['the reference', byReference],
] as const;
const ciphers = [
  ['SM4, by the engine', byEngine],
  ['SM4, by the reference', byReference],
  ['AES', { seal: sealAesCcm, open: openAesCcm }],
] as const;
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, n) => (n * 31) ^ (n >> 8));

describe.each(ciphers)('CCM with %s, IEEE 1609.2-2022 5.3.8', (_, { seal, open }) => {
  it('refuses a key, a nonce or a plaintext of wrong length', () => {
    expect(() => seal(key.subarray(1), nonce, key)).toThrow('key: 16 bytes expected');
    expect(() => seal(key, nonce.subarray(1), key)).toThrow('nonce: 12 bytes expected');
    expect(() => open(key, concat(nonce, nonce), key)).toThrow('nonce: 12 bytes expected');
    expect(() => seal(key, nonce, new Uint8Array(1 << 24))).toThrow('plaintext: longer than');
    expect(() => open(key, nonce, new Uint8Array((1 << 24) + 16))).toThrow('sealed: longer than');
    expect(() => seal(key, nonce, 'text' as unknown as Uint8Array)).toThrow('plaintext: not a Uint8Array');
    expect(() => open(key, nonce, 'text' as unknown as Uint8Array)).toThrow('sealed: not a Uint8Array');
  });

  it('leaves its arguments as they were', () => {
    const plaintext = bytes(50);
    const sealed = seal(key, nonce, plaintext);
    const before = [key, nonce, plaintext, sealed].map(hex);
    open(key, nonce, sealed);
    expect([key, nonce, plaintext, sealed].map(hex)).toEqual(before);
    expect(hex(plaintext)).toBe(hex(bytes(50)));
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

describe.each(sm4Ciphers)('SM4-CCM against others, by %s', (_, { seal, sealWith, open }) => {
  it('gives RFC 8998 A.2', () => {
    const { sm4_ccm: v } = jsonVectors<{ sm4_ccm: Record<'key' | 'nonce' | 'aad' | 'pt' | 'ct' | 'tag', string> }>(
      'sm/sm-standard.json',
    );
    const sealed = sealWith(fromHex(v.aad), fromHex(v.key), fromHex(v.nonce), fromHex(v.pt));
    expect(hex(sealed)).toBe(v.ct + v.tag);
  });

  it('refuses associated data whose length takes more than two bytes', () => {
    expect(() => sealWith(new Uint8Array(0xff00), key, nonce, key)).toThrow('associated: longer than 65279 bytes');
    expect(() => sealWith('abc' as unknown as Uint8Array, key, nonce, key)).toThrow('associated: not a Uint8Array');
  });

  it('gives and opens derived/sm2-keywrap-sm4ccm.json', () => {
    const v = jsonVectors<Record<'cek' | 'nonce' | 'plaintext_Ieee1609Dot2Data' | 'ccmCiphertext', string>>(
      'derived/sm2-keywrap-sm4ccm.json',
    );
    const plaintext = fromHex(v.plaintext_Ieee1609Dot2Data);
    expect(hex(seal(fromHex(v.cek), fromHex(v.nonce), plaintext))).toBe(v.ccmCiphertext);
    expect(open(fromHex(v.cek), fromHex(v.nonce), fromHex(v.ccmCiphertext))).toEqual(plaintext);
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
        expect(hex(seal(key, nonce, plaintext))).toBe(hex(expected));
      }),
      { numRuns: 100 },
    );
    expect(long).toBeGreaterThan(30);
  });
});

describe('SM4-CCM by both', () => {
  const exactly = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

  it('is one function of key, nonce, associated data and text', () => {
    const met = { associated: 0, refused: 0 };
    const text = fc.uint8Array({ maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(exactly(16), exactly(12), fc.uint8Array({ maxLength: 60, size: 'max' }), text, (k, n, aad, p) => {
        met.associated += aad.length > 14 ? 1 : 0;
        expect(hex(byEngine.sealWith(aad, k, n, p))).toBe(hex(byReference.sealWith(aad, k, n, p)));
        const sealed = byReference.seal(k, n, p);
        expect(hex(byEngine.open(k, n, sealed)!)).toBe(hex(p));
        sealed[p.length % sealed.length]! ^= 1;
        met.refused += byEngine.open(k, n, sealed) === undefined ? 1 : 0;
      }),
      { numRuns: 1_000 },
    );
    expect(met.associated).toBeGreaterThan(300);
    expect(met.refused).toBe(1_000);
  });

  it.each([0x1ffff, 0x20000, 0x20001, 0x40000, 5 << 20])('is one function of a text of %d bytes', (length) => {
    const plaintext = bytes(length);
    const sealed = byEngine.seal(key, nonce, plaintext);
    expect(Buffer.from(sealed).equals(byReference.seal(key, nonce, plaintext))).toBe(true);
    expect(Buffer.from(byEngine.open(key, nonce, sealed)!).equals(plaintext)).toBe(true);
    sealed[length >> 1]! ^= 0x80;
    expect(byEngine.open(key, nonce, sealed)).toBeUndefined();
  });

  it.each([0xfeff, 14, 15, 30, 31])('is one function of %d bytes of associated data', (length) => {
    const associated = bytes(length);
    expect(hex(byEngine.sealWith(associated, key, nonce, key))).toBe(
      hex(byReference.sealWith(associated, key, nonce, key)),
    );
  });

  it.each([
    [1, 0],
    [3, 43],
    [4, 43],
    [4, 48],
    [5, 1],
    [20, 43],
    [67, 4096],
    [6, 0x7ff8],
    [3, 0x20000],
  ])('seals and opens %d texts of %d bytes as one after the other', (count, length) => {
    const nonces = bytes(12 * count);
    const plaintexts = bytes(length * count);
    const before = engineMemory();
    const sealed = byEngine.sealMany(key, nonces, plaintexts);
    const expected = byReference.sealMany(key, nonces, plaintexts);
    expect(Buffer.from(sealed).equals(expected)).toBe(true);
    const each = length + 16;
    const last = byReference.seal(key, nonces.subarray(-12), plaintexts.subarray(length * (count - 1)));
    expect(Buffer.from(sealed.subarray(each * (count - 1))).equals(last)).toBe(true);
    for (const { openMany } of [byEngine, byReference]) {
      const opened = openMany(key, nonces, sealed);
      expect(Buffer.from(opened.plaintexts).equals(plaintexts)).toBe(true);
      expect(opened.isRight).toEqual(Array<boolean>(count).fill(true));
      // The tag of one text and, where there is one, a byte of another: the rest opens.
      const bent = sealed.slice();
      bent[each - 1]! ^= 1;
      if (length > 0) bent[each * (count - 1)]! ^= 0x80;
      const judged = openMany(key, nonces, bent);
      const isBent = (n: number): boolean => n === 0 || (length > 0 && n === count - 1);
      expect(judged.isRight).toEqual(Array.from({ length: count }, (_, n) => !isBent(n)));
      const left = plaintexts.slice();
      for (let n = 0; n < count; n++) if (isBent(n)) left.fill(0, n * length, (n + 1) * length);
      expect(Buffer.from(judged.plaintexts).equals(left)).toBe(true);
    }
    expect(engineMemory().equals(before)).toBe(true);
  });

  it.each([
    [1, 0],
    [3, 43],
    [4, 48],
    [9, 300],
    [401, 300],
    [6, 0x7ff8],
    [3, 0x20000],
  ])('seals %d texts of %d bytes, each under its own key, as one after the other', (count, length) => {
    const [keys, nonces, plaintexts] = [bytes(16 * count), bytes(12 * count), bytes(length * count)];
    const before = engineMemory();
    const sealed = byEngine.sealEach(keys, nonces, plaintexts);
    expect(engineMemory().equals(before)).toBe(true);
    expect(Buffer.from(sealed).equals(byReference.sealEach(keys, nonces, plaintexts))).toBe(true);
    const each = length + 16;
    for (let n = 0; n < count; n += 1 + Math.floor(count / 20)) {
      const opened = byReference.open(
        keys.subarray(16 * n, 16 * (n + 1)),
        nonces.subarray(12 * n, 12 * (n + 1)),
        sealed.subarray(each * n, each * (n + 1)),
      );
      expect(Buffer.from(opened!).equals(plaintexts.subarray(length * n, length * (n + 1)))).toBe(true);
    }
  });

  it('is one function of many texts', () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 0, max: 70 }));
    const met = { groups: 0, rests: 0 };
    const many = shapes.chain(([count, length]) =>
      fc.tuple(exactly(16), exactly(12 * count), exactly(length * count), fc.nat(count * (length + 16) - 1)),
    );
    fc.assert(
      fc.property(many, ([k, nonces, plaintexts, place]) => {
        met.groups += nonces.length >= 48 ? 1 : 0;
        met.rests += nonces.length % 48 > 0 ? 1 : 0;
        const sealed = byEngine.sealMany(k, nonces, plaintexts);
        expect(hex(sealed)).toBe(hex(byReference.sealMany(k, nonces, plaintexts)));
        sealed[place]! ^= 4;
        const opened = byEngine.openMany(k, nonces, sealed);
        expect(opened).toEqual(byReference.openMany(k, nonces, sealed));
        expect(opened.isRight.filter((right) => !right).length).toBe(1);
      }),
      { numRuns: 300 },
    );
    expect(met.groups).toBeGreaterThan(100);
    expect(met.rests).toBeGreaterThan(100);
  });

  it.each(sm4Ciphers)('refuses many texts of wrong shapes, by %s', (_, { sealMany, sealEach, openMany }) => {
    const nonces = new Uint8Array(24);
    expect(() => sealEach(key, nonces, nonces)).toThrow('keys: 32 bytes expected');
    expect(() => sealEach(nonces, nonces.subarray(1), nonces)).toThrow('nonces: 12 bytes expected for each text');
    expect(sealEach(new Uint8Array(0), new Uint8Array(0), new Uint8Array(0))).toEqual(new Uint8Array(0));
    expect(() => sealMany(key.subarray(1), nonces, nonces)).toThrow('key: 16 bytes expected');
    expect(() => sealMany(key, nonces.subarray(1), nonces)).toThrow('nonces: 12 bytes expected for each text');
    expect(() => sealMany(key, nonces, new Uint8Array(3))).toThrow('plaintexts: not as many');
    expect(() => sealMany(key, new Uint8Array(0), key)).toThrow('plaintexts: not as many');
    expect(() => sealMany(key, nonces.subarray(12), new Uint8Array(1 << 24))).toThrow('plaintexts: a text of more');
    expect(() => openMany(key, nonces, new Uint8Array(33))).toThrow('sealed: not as many');
    expect(() => openMany(key, nonces, new Uint8Array(30))).toThrow('sealed: shorter than a tag');
    expect(() => openMany(key, nonces, 'text' as unknown as Uint8Array)).toThrow('sealed: not a Uint8Array');
    expect(sealMany(key, new Uint8Array(0), new Uint8Array(0))).toEqual(new Uint8Array(0));
    expect(openMany(key, new Uint8Array(0), new Uint8Array(0)).isRight).toEqual([]);
  });

  it('begins anew after a text that was never ended', () => {
    const { ccmBegin, ccmSeal } = engineCalls<{
      ccmBegin(key: number, nonce: number, length: number, associated: number, associatedLength: number): void;
      ccmSeal(at: number, length: number): void;
    }>();
    ccmBegin(DESK_AT, DESK_AT, 15, DESK_AT, 0);
    desk.fill(7, 0, 15);
    ccmSeal(DESK_AT, 15);
    desk.fill(0, 0, 15);
    const associated = bytes(3);
    expect(hex(byEngine.sealWith(associated, key, nonce, bytes(40)))).toBe(
      hex(byReference.sealWith(associated, key, nonce, bytes(40))),
    );
  });

  it('is, for everybody else, the one that ENGINE chooses', () => {
    const before = engineMemory();
    const sealed = sealSm4Ccm(key, nonce, bytes(40));
    expect(hex(sealed)).toBe(hex(sealSm4CcmWith(new Uint8Array(0), key, nonce, bytes(40))));
    expect(openSm4Ccm(key, nonce, sealed)).toEqual(bytes(40));
    expect(engineMemory().equals(before)).toBe(true);
  });

  it.each([
    ['a sealing', () => byEngine.seal(key, nonce, bytes(200))],
    ['a sealing with associated data', () => byEngine.sealWith(bytes(500), key, nonce, bytes(7))],
    ['a sealing in pieces', () => byEngine.seal(key, nonce, bytes(0x50001))],
    ['an opening', () => byEngine.open(key, nonce, byReference.seal(key, nonce, bytes(200)))],
    ['an opening in pieces', () => byEngine.open(key, nonce, byReference.seal(key, nonce, bytes(0x50001)))],
    ['an opening that was refused', () => byEngine.open(key, nonce, bytes(200))],
  ])('keeps nothing of %s in the memory of the engine', (_, call) => {
    const before = engineMemory();
    call();
    expect(engineMemory().equals(before)).toBe(true);
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
