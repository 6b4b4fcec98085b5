import { systemRandom } from '#crypto/random.js';
import { LinkageValueSet } from './linked-crl-set.js';

describe('a set of linkage values', () => {
  it('refuses other lengths and more than it has room for', () => {
    const set = new LinkageValueSet(1);
    expect(() => set.has(new Uint8Array(8))).toThrow(RangeError);
    set.add(new Uint8Array(9));
    expect(() => set.add(systemRandom.bytes(9))).toThrow(RangeError);
  });

  it('holds what was added and nothing else, also where first bytes are equal', () => {
    const values = Array.from({ length: 3_000 }, () => systemRandom.bytes(9));
    for (const value of values) value.set([1, 2, 3, value[3]! & 3]);
    const set = new LinkageValueSet(values.length);
    for (const value of values) set.add(value);
    expect(values.every((value) => set.has(value))).toBe(true);
    const others = values.map((value) => value.map((byte, n) => (n === 8 ? byte ^ 1 : byte)));
    const known = new Set(values.map((value) => Buffer.from(value).toString('hex')));
    expect(others.filter((value) => set.has(value) !== known.has(Buffer.from(value).toString('hex')))).toEqual([]);
  });
});
