import fc from 'fast-check';
import { hex } from '#crypto/bytes.js';
import { pooledItem } from './answers.fixture.js';
import { packBytes, packKeys, packPooled, unpackBytes, unpackKeys, unpackPooled } from './packed-items.js';

const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });
/** Buffers and arrays of bytes alike, as hex. */
const plain = (value: object): unknown =>
  ArrayBuffer.isView(value)
    ? hex(value as Uint8Array)
    : Object.entries(value).map(([name, one]) => [name, typeof one === 'object' ? plain(one as object) : one]);

describe('many items in one value', () => {
  it('are the same again', () => {
    let met = 0;
    fc.assert(
      fc.property(
        fc.array(bytes(0, 300), { maxLength: 20 }),
        fc.array(fc.record({ requestId: bytes(16, 16), j: fc.integer({ min: 0, max: 255 }) }), { maxLength: 20 }),
        (parts, keys) => {
          met += parts.length + keys.length;
          // Somewhere in a larger buffer, as the database hands bytes out.
          const moved = (packed: Uint8Array): Uint8Array => Buffer.concat([Buffer.alloc(3), packed]).subarray(3);
          expect(unpackBytes(moved(packBytes(parts))).map(hex)).toEqual(parts.map(hex));
          expect(unpackKeys(moved(packKeys(keys))).map(plain)).toEqual(keys.map(plain));
        },
      ),
    );
    expect(met).toBeGreaterThan(500);
    const items = Array.from({ length: 20 }, (_, j) => ({ j, ...pooledItem() }));
    expect(plain(unpackPooled(packPooled(items)))).toEqual(plain(items));
    expect(unpackPooled(new Uint8Array())).toEqual([]);
    const alone = items.map((item) => ({ ...item, plv2: undefined }));
    expect(unpackPooled(packPooled(alone)).map(({ plv2 }) => plv2)).toEqual(alone.map(({ plv2 }) => plv2));
    expect(unpackPooled(packPooled(alone)).map(({ plv1 }) => hex(plv1))).toEqual(items.map(({ plv1 }) => hex(plv1)));
  });

  it('refuse what is cut short, and what has not its length', () => {
    const packed = packPooled([{ j: 1, ...pooledItem() }]);
    for (const length of [1, 3, 4, 70, packed.length - 1]) {
      expect(() => unpackPooled(packed.subarray(0, length))).toThrow(/beyond the end|outside the bounds|whole number/);
    }
    const parts = unpackBytes(packed);
    expect(() => unpackPooled(packBytes(parts.slice(1)))).toThrow('whole number of items');
    expect(() => unpackKeys(new Uint8Array(18))).toThrow('whole number of keys');
    expect(() => packKeys([{ requestId: new Uint8Array(15), j: 0 }])).toThrow('id of 15 bytes');
    expect(() => packKeys([{ requestId: new Uint8Array(16), j: 256 }])).toThrow('out of range');
    expect(() => packPooled([{ j: 0, ...pooledItem(), signingKey: new Uint8Array(32) }])).toThrow('33 bytes');
    expect(() => packPooled([{ j: 0, ...pooledItem(), encryptionKey: new Uint8Array(65) }])).toThrow('33 bytes');
  });
});
