import { systemRandom } from '#crypto/random.js';
import { RevokedSet } from './linked-crl-set.js';

describe('a set of revoked values', () => {
  it('refuses other lengths', () => {
    const set = new RevokedSet(9, 1);
    expect(() => set.has(new Uint8Array(8))).toThrow(RangeError);
    expect(() => set.add(new Uint8Array(10))).toThrow(RangeError);
    expect(() => set.addAll(new Uint8Array(10))).toThrow(RangeError);
  });

  it.each([9, 10])('of %i bytes holds what was added and nothing else, also where first bytes are equal', (width) => {
    const values = Array.from({ length: 3_000 }, () => systemRandom.bytes(width));
    for (const value of values) value.set([1, 2, 3, value[3]! & 3]);
    // It grows several times on the way, and some come together.
    const set = new RevokedSet(width, 10);
    for (const value of values.slice(0, 1_000)) set.add(value);
    set.addAll(new Uint8Array(Buffer.concat(values.slice(500))));
    expect(set.size).toBe(values.length);
    expect(values.every((value) => set.has(value))).toBe(true);
    const others = values.map((value) => value.map((byte, n) => (n === width - 1 ? byte ^ 1 : byte)));
    const known = new Set(values.map((value) => Buffer.from(value).toString('hex')));
    expect(others.filter((value) => set.has(value) !== known.has(Buffer.from(value).toString('hex')))).toEqual([]);
  });

  it('holds the value that is all zeros like any other', () => {
    const set = new RevokedSet(9, 4);
    expect([set.has(new Uint8Array(9)), set.size]).toEqual([false, 0]);
    set.add(new Uint8Array(9));
    set.addAll(new Uint8Array(18));
    expect([set.has(new Uint8Array(9)), set.size]).toEqual([true, 1]);
    expect(set.has(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1))).toBe(false);
  });

  it('takes at most 12 bytes and a little for each value of nine', () => {
    expect(new RevokedSet(9, 200_000).bytes / 200_000).toBeLessThan(12.01);
  });
});
