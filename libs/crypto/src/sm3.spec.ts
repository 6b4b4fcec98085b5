import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { concat, fromHex, hex } from './bytes.js';
import { hmacSm3, sm3 } from './sm3.js';
import { jsonVectors } from './vectors.fixture.js';

interface Sm3Vector {
  msg_ascii?: string;
  digest: string;
}

describe('SM3, GB/T 32905-2016', () => {
  it('refuses a part that is no Uint8Array', () => {
    expect(() => sm3('abc' as unknown as Uint8Array)).toThrow('parts: not a Uint8Array');
  });

  it.each(jsonVectors<{ sm3: Sm3Vector[] }>('sm/sm-standard.json').sm3)('gives the digest of Annex A: $digest', (v) => {
    expect(hex(sm3(Buffer.from(v.msg_ascii ?? '')))).toBe(v.digest);
  });

  it('agrees with OpenSSL at every length around the block border', () => {
    for (let length = 0; length <= 260; length++) {
      const message = new Uint8Array(length).fill(length);
      expect(hex(sm3(message))).toBe(createHash('sm3').update(message).digest('hex'));
    }
  });

  it('does not care where a message is cut into parts', () => {
    let cuts = 0;
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 150, size: 'max' }), { maxLength: 6 }), (parts) => {
        const whole = concat(...parts);
        cuts += parts.length > 1 ? 1 : 0;
        expect(hex(sm3(...parts))).toBe(createHash('sm3').update(whole).digest('hex'));
      }),
      { numRuns: 400 },
    );
    expect(cuts).toBeGreaterThan(100);
  });

  it('hashes a message whose length in bits passes 2^32', () => {
    const chunk = new Uint8Array(1 << 22).fill(0x5a);
    const chunks = Array.from({ length: 129 }, () => chunk);
    const oracle = createHash('sm3');
    for (const part of chunks) oracle.update(part);
    expect(hex(sm3(...chunks))).toBe(oracle.digest('hex'));
  }, 60_000);

  it('leaves its input as it was', () => {
    const message = fromHex('00ff'.repeat(64));
    const before = hex(message);
    sm3(message);
    expect(hex(message)).toBe(before);
  });
});

describe('HMAC-SM3', () => {
  it('agrees with OpenSSL for short, block-long and longer keys', () => {
    let longKeys = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 130, size: 'max' }), fc.uint8Array({ maxLength: 200 }), (key, message) => {
        longKeys += key.length > 64 ? 1 : 0;
        const oracle = createHmac('sm3', key).update(message).digest('hex');
        expect(hex(hmacSm3(key, message.subarray(0, 7), message.subarray(7)))).toBe(oracle);
      }),
      {
        numRuns: 300,
        examples: [
          [new Uint8Array(64), new Uint8Array(1)],
          [new Uint8Array(65), new Uint8Array(1)],
        ],
      },
    );
    expect(longKeys).toBeGreaterThan(20);
  });
});
