// Reader and writer of bits against the plainest arithmetic there is: one long binary number.
import fc from 'fast-check';
import { BitReader } from './bit-reader.js';
import { BitWriter } from './bit-writer.js';
import { UperError } from './uper-error.js';

const piece = fc
  .nat({ max: 48 })
  .chain((width) => fc.tuple(fc.constant(width), fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n })));

/** Their digits one behind the other, padded with zeros to whole bytes; at least one byte. */
function bytesOf(pieces: readonly (readonly [number, bigint])[]): Uint8Array {
  const digits = pieces.map(([width, value]) => (width === 0 ? '' : value.toString(2).padStart(width, '0'))).join('');
  const length = Math.max(1, Math.ceil(digits.length / 8));
  return Uint8Array.from({ length }, (_, at) => Number(`0b${digits.slice(8 * at, 8 * at + 8).padEnd(8, '0')}`));
}

describe('numbers of 0 to 48 bits, wherever they begin', () => {
  it('are written and read as their binary digits', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const writer = new BitWriter();
        for (const [width, value] of pieces) {
          met.add(`${writer.position % 8} ${width}`);
          writer.bits(width, Number(value));
        }
        const bytes = writer.finish();
        expect(bytes).toEqual(bytesOf(pieces));
        const reader = new BitReader(bytes);
        for (const [width, value] of pieces) expect(reader.bits(width)).toBe(Number(value));
      }),
      { numRuns: 500 },
    );
    // Of 8 × 49 places and widths.
    expect(met.size).toBeGreaterThan(300);
  });

  it('are the greatest of their width at every place', () => {
    for (let before = 0; before < 8; before++)
      for (let width = 0; width <= 48; width++) {
        const pieces = [[before, 0n], [width, (1n << BigInt(width)) - 1n], [3, 0n]] as const; // prettier-ignore
        const writer = new BitWriter();
        for (const [bits, value] of pieces) writer.bits(bits, Number(value));
        expect(writer.finish()).toEqual(bytesOf(pieces));
      }
  });

  it('are refused when one bit is missing', () => {
    for (let width = 1; width <= 48; width++) {
      const bytes = new Uint8Array(8);
      const reader = new BitReader(bytes);
      for (let left = 64 - width + 1; left > 0; left -= 1) reader.bit();
      expect(() => reader.bits(width)).toThrow(UperError);
    }
  });
});
