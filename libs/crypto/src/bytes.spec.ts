import { constantTimeEqual, isAllZero } from './equal.js';
import { bytes32, compareBytes, concat, fromHex, hex, integerOf, uint32, xor } from './bytes.js';
import { systemRandom } from './random.js';

describe('bytes', () => {
  it.each(['0', '0g', 'abc', ' 00', '0x00'])('refuses %j as hexadecimal', (text) => {
    expect(() => fromHex(text)).toThrow('text: ');
  });

  it.each([-1, 1.5, 2 ** 32, NaN])('refuses %p as a 32-bit integer', (value) => {
    expect(() => uint32(value)).toThrow('value: ');
  });

  it('refuses to write an integer that needs more than 32 bytes', () => {
    expect(() => bytes32(1n << 256n)).toThrow('value: ');
    expect(() => bytes32(-1n)).toThrow('value: ');
  });

  it('refuses to xor different lengths', () => {
    expect(() => xor(new Uint8Array(2), new Uint8Array(3))).toThrow('b: ');
  });

  it('writes and reads hexadecimal and big-endian integers', () => {
    expect(hex(concat(uint32(0x01020304), uint32(0xfffffffe), new Uint8Array(0)))).toBe('01020304fffffffe');
    expect(fromHex('00fFa1')).toEqual(Uint8Array.of(0, 255, 161));
    expect(integerOf(fromHex('000100'))).toBe(256n);
    expect(integerOf(new Uint8Array(0))).toBe(0n);
    expect(integerOf(bytes32((1n << 256n) - 1n))).toBe((1n << 256n) - 1n);
    expect(hex(xor(fromHex('f00f'), fromHex('ff00')))).toBe('0f0f');
  });

  it('finds secrets equal only when length and bytes are the same', () => {
    expect(constantTimeEqual(fromHex('0102'), fromHex('010203'))).toBe(false);
    expect(constantTimeEqual(fromHex('0102'), fromHex('0103'))).toBe(false);
    expect(constantTimeEqual(fromHex('0102'), fromHex('0102'))).toBe(true);
  });

  it.each([
    ['01', '01', 0],
    ['', '', 0],
    ['01', '02', -1],
    ['80', '7f', 1],
    ['00', '', 1],
    ['0102', '010203', -1],
    ['02', '010203', 1],
    ['01ff', '0200', -1],
  ])('puts bytes in order: %s, %s', (a, b, order) => {
    expect(Math.sign(compareBytes(fromHex(a), fromHex(b)))).toBe(order);
    expect(Math.sign(compareBytes(fromHex(b), fromHex(a)))).toBe(0 - order);
    expect(Buffer.compare(fromHex(a), fromHex(b))).toBe(order);
  });

  it('draws different bytes each time and refuses a length that is none', () => {
    expect(() => systemRandom.bytes(-1)).toThrow('length: ');
    const drawn = new Set(Array.from({ length: 200 }, () => hex(systemRandom.bytes(16))));
    expect(drawn.size).toBe(200);
  });

  it('sees a byte that is not zero wherever it stands', () => {
    expect([isAllZero(new Uint8Array(0)), isAllZero(new Uint8Array(32))]).toEqual([true, true]);
    for (let at = 0; at < 32; at++) {
      const bytes = new Uint8Array(32);
      bytes[at] = 0x80;
      expect(isAllZero(bytes)).toBe(false);
    }
  });
});
