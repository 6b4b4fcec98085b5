import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { concat, fromHex, hex } from './bytes.js';
import { desk, DESK_AT, engineCalls } from './engine/instance.js';
import { engineMemory } from './engine/memory.fixture.js';
import * as engine from './engine/sm3.js';
import * as reference from './reference/sm3.js';
import { hmacSm3, sm3, type Sm3 } from './sm3.js';
import { jsonVectors } from './vectors.fixture.js';

interface Sm3Vector {
  msg_ascii?: string;
  digest: string;
}

const implementations: readonly (readonly [string, Sm3])[] = [
  ['the engine', engine],
  ['the reference', reference],
];
const MEGABYTE = 1 << 20;
const sm3OfNode = (...parts: Uint8Array[]): string => {
  const hash = createHash('sm3');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const bytes = (least: number, most: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: least, maxLength: most, size: 'max' });

describe.each(implementations)('SM3, GB/T 32905-2016, by %s', (_, { sm3 }) => {
  it.each([['abc'], [[1, 2]], [undefined], [new ArrayBuffer(3)]])(
    'refuses a part that is no Uint8Array: %p',
    (part) => {
      expect(() => sm3(new Uint8Array(3), part as unknown as Uint8Array)).toThrow(
        new TypeError('parts: not a Uint8Array'),
      );
    },
  );

  it.each(jsonVectors<{ sm3: Sm3Vector[] }>('sm/sm-standard.json').sm3)('gives the digest of Annex A: $digest', (v) => {
    expect(hex(sm3(Buffer.from(v.msg_ascii ?? '')))).toBe(v.digest);
  });

  it('agrees with OpenSSL at every length around the block border', () => {
    for (let length = 0; length <= 260; length++) {
      const message = new Uint8Array(length).fill(length);
      expect(hex(sm3(message))).toBe(sm3OfNode(message));
    }
  });

  it('agrees with OpenSSL on 10 000 texts', () => {
    const met = { short: 0, severalBlocks: 0 };
    fc.assert(
      fc.property(bytes(0, 300), (text) => {
        met[text.length < 56 ? 'short' : 'severalBlocks']++;
        if (hex(sm3(text)) !== sm3OfNode(text)) throw new Error(`length ${String(text.length)}`);
      }),
      { numRuns: 10_000 },
    );
    expect(met.short).toBeGreaterThan(500);
    expect(met.severalBlocks).toBeGreaterThan(5_000);
  });

  it('does not care where a message is cut into parts', () => {
    let cuts = 0;
    fc.assert(
      fc.property(fc.array(bytes(0, 150), { maxLength: 6 }), (parts) => {
        cuts += parts.length > 1 ? 1 : 0;
        expect(hex(sm3(...parts))).toBe(sm3OfNode(concat(...parts)));
      }),
      { numRuns: 400 },
    );
    expect(cuts).toBeGreaterThan(100);
  });

  it.each([0x3fec0, 0x3fec1, 0x40000, 0x40001, 5 * MEGABYTE, 5 * MEGABYTE + 63])('hashes %d bytes', (length) => {
    const message = Uint8Array.from({ length }, (_, n) => (n * 31) ^ (n >> 8));
    expect(hex(sm3(message))).toBe(sm3OfNode(message));
    expect(hex(sm3(message.subarray(0, 7), message.subarray(7)))).toBe(sm3OfNode(message));
  });

  it('hashes a message whose length in bits passes 2^32', () => {
    const chunk = new Uint8Array(1 << 22).fill(0x5a);
    const chunks = Array.from({ length: 129 }, () => chunk);
    expect(hex(sm3(...chunks))).toBe(sm3OfNode(...chunks));
  }, 60_000);

  it('leaves its input as it was', () => {
    const message = fromHex('00ff'.repeat(64));
    const before = hex(message);
    sm3(message);
    expect(hex(message)).toBe(before);
  });

  it('gives each caller bytes of his own', () => {
    const first = sm3(fromHex('01'));
    const before = hex(first);
    sm3(fromHex('02'));
    expect(hex(first)).toBe(before);
    expect(first.buffer.byteLength).toBe(32);
  });
});

describe.each(implementations)('HMAC-SM3 by %s', (_, { hmacSm3 }) => {
  const macOfNode = (key: Uint8Array, text: Uint8Array): string => createHmac('sm3', key).update(text).digest('hex');

  it('refuses a key and a part that are no Uint8Array', () => {
    expect(() => hmacSm3('key' as unknown as Uint8Array)).toThrow(new TypeError('key: not a Uint8Array'));
    expect(() => hmacSm3(new Uint8Array(3), 'abc' as unknown as Uint8Array)).toThrow('parts: not a Uint8Array');
  });

  it('agrees with OpenSSL for short, block-long and longer keys', () => {
    let longKeys = 0;
    fc.assert(
      fc.property(bytes(0, 130), bytes(0, 200), (key, message) => {
        longKeys += key.length > 64 ? 1 : 0;
        expect(hex(hmacSm3(key, message.subarray(0, 7), message.subarray(7)))).toBe(macOfNode(key, message));
      }),
      {
        numRuns: 600,
        examples: [
          [new Uint8Array(64), new Uint8Array(1)],
          [new Uint8Array(65), new Uint8Array(1)],
        ],
      },
    );
    expect(longKeys).toBeGreaterThan(100);
  });

  it.each([0, 1, 55, 56, 63, 64, 65, 0x3fec0, 0x3fec1, 5 * MEGABYTE])('agrees for a text of %d bytes', (length) => {
    const key = fromHex('0b'.repeat(20));
    const message = Uint8Array.from({ length }, (_, n) => n);
    expect(hex(hmacSm3(key, message))).toBe(macOfNode(key, message));
  });

  it('takes no text at all, and a key of a megabyte', () => {
    const key = new Uint8Array(MEGABYTE).fill(7);
    expect(hex(hmacSm3(key))).toBe(macOfNode(key, new Uint8Array(0)));
  });
});

describe('SM3 by both', () => {
  it('is one function of all texts, however cut', () => {
    let long = 0;
    fc.assert(
      fc.property(bytes(0, 70), fc.array(bytes(0, 90), { maxLength: 4 }), (key, parts) => {
        long += parts.length > 2 ? 1 : 0;
        expect(engine.sm3(...parts)).toEqual(reference.sm3(...parts));
        expect(engine.hmacSm3(key, ...parts)).toEqual(reference.hmacSm3(key, ...parts));
      }),
      { numRuns: 500 },
    );
    expect(long).toBeGreaterThan(100);
  });

  it('is, for everybody else, the one that ENGINE chooses', () => {
    const chosen = process.env['ENGINE'] === 'reference' ? reference : engine;
    expect(sm3).toBe(chosen.sm3);
    expect(hmacSm3).toBe(chosen.hmacSm3);
  });
});

describe('the memory of the engine', () => {
  it('keeps of a key that is kept nothing but its pads', () => {
    const { hmacKey } = engineCalls<{ hmacKey(key: number, length: number, pads: number): void }>();
    const before = engineMemory();
    desk.fill(7, 0, 64);
    hmacKey(DESK_AT, 64, DESK_AT + 64);
    expect(desk.subarray(64, 128).some((byte) => byte !== 0)).toBe(true);
    desk.fill(0, 0, 128);
    expect(engineMemory().equals(before)).toBe(true);
  });

  it.each([
    ['a short text', () => engine.sm3(fromHex('5ec2e7'.repeat(10)))],
    ['a text that is shorter than its hash', () => engine.sm3(fromHex('5ec2e7'))],
    ['a text in pieces', () => engine.sm3(new Uint8Array(MEGABYTE).fill(0x5e))],
    ['a key and a text', () => engine.hmacSm3(fromHex('5ec2e7'.repeat(11)), fromHex('77'.repeat(100)))],
    ['a long key', () => engine.hmacSm3(fromHex('5ec2e7'.repeat(30)), fromHex('77'))],
    ['a key and a text in pieces', () => engine.hmacSm3(new Uint8Array(64).fill(7), new Uint8Array(MEGABYTE).fill(8))],
  ])('keeps nothing of %s', (_, call) => {
    const before = engineMemory();
    call();
    expect(engineMemory().equals(before)).toBe(true);
  });
});
