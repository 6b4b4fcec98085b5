import { hex } from '#crypto/bytes.js';
import { alikeOutside, lay, layPoint, placeOf, placeOfPoint, pointAt } from './alike.js';

const whole = Uint8Array.from({ length: 60 }, (_, n) => n);

describe('a place', () => {
  it('is where a view stands, in a whole that is a view itself too', () => {
    const inner = whole.subarray(10, 50);
    expect(placeOf(inner, inner.subarray(4, 9))).toEqual({ at: 4, length: 5 });
    expect(placeOf(inner, inner.subarray(40))).toEqual({ at: 40, length: 0 });
  });

  it.each([
    ['a copy', whole.slice(4, 9)],
    ['what begins before', whole.subarray(9, 20)],
    ['what ends behind', whole.subarray(49, 51)],
  ])('is refused for %s', (_, part) => {
    expect(() => placeOf(whole.subarray(10, 50), part)).toThrow('no view of the whole');
  });

  it('takes bytes of its own length only', () => {
    expect(() => lay(whole.slice(), { at: 3, length: 4 }, new Uint8Array(5))).toThrow(RangeError);
    expect(hex(laid({ at: 1, length: 2 }, Uint8Array.of(0xaa, 0xbb)).subarray(0, 4))).toBe('00aabb03');
  });

  const laid = (place: { at: number; length: number }, value: Uint8Array): Uint8Array => {
    const bytes = whole.slice();
    lay(bytes, place, value);
    return bytes;
  };
});

describe('a point in its place', () => {
  const place = placeOfPoint(whole, whole.subarray(8, 40));

  it.each([2, 3])('is laid and read again with y of kind %d', (kind) => {
    const key = Uint8Array.from({ length: 33 }, (_, n) => (n === 0 ? kind : 200 - n));
    const bytes = whole.slice();
    layPoint(bytes, place, key);
    expect(bytes[7]).toBe(0x80 + kind);
    expect(pointAt(bytes, place)).toEqual(key);
  });

  it.each([0x80, 0x81, 0x84, 0x02])('is none behind the choice %d', (choice) => {
    const bytes = whole.slice();
    bytes[7] = choice;
    expect(pointAt(bytes, place)).toBeUndefined();
  });
});

describe('alike', () => {
  const places = [
    { at: 30, length: 5 },
    { at: 4, length: 3 },
    { at: 7, length: 1 },
  ];
  const isAlike = alikeOutside(places);
  const isInPlace = (n: number): boolean => places.some(({ at, length }) => n >= at && n < at + length);

  it('is what differs in the places alone, byte by byte', () => {
    const found = Array.from(whole, (_, n) => {
      const other = whole.slice();
      other[n]! ^= 1;
      return isAlike(whole, other) === isInPlace(n);
    });
    expect(found).toEqual(Array.from(whole, () => true));
  });

  it('is never what is longer or shorter', () => {
    expect(isAlike(whole, whole.subarray(0, 59))).toBe(false);
    expect(isAlike(whole.subarray(0, 59), whole)).toBe(false);
  });
});
