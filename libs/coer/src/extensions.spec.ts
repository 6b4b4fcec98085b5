/** What a newer or older edition of a type wrote: unknown additions are skipped, counted, and never lost from kept bytes. */
import { hex } from '../../../test/support/hex.js';
import { decode, encode, encodeAfresh, type Codec } from './codec.js';
import { uint16, uint8 } from './numbers.js';
import { containing, preserve, recursive, withBytes } from './preserved.js';
import { Reader } from './reader.js';
import { optional, sequence, type SequenceValue } from './sequence.js';

const first = uint8('First');
const Old = sequence('Old', { first }, {});
const New = sequence('New', { first }, { additions: { late: uint16('Late') } });
const tail = uint8('Tail');

describe('additions', () => {
  it('are skipped when they are not known, and reading goes on behind them', () => {
    const Both = sequence('Both', { old: Old, tail });
    expect(decode(Both, hex('80 01 02 07 80 02 0002 | 09'))).toEqual({ old: { first: 1 }, tail: 9 });
  });

  it('are skipped when they stand behind known ones, also past the eighth', () => {
    expect(decode(New, hex('80 01 03 07 8080 02 0002 01 ff'))).toEqual({ first: 1, late: 2 });
    expect(decode(New, hex('80 01 03 07 0080 01 ff'))).toEqual({ first: 1 });
  });

  it('are read when an older edition, with a shorter bitmap, wrote them', () => {
    const Newer = sequence('Newer', { first }, { additions: { late: uint16('Late'), later: uint8('Later') } });
    expect(decode(Newer, hex('80 01 02 07 80 02 0002'))).toEqual({ first: 1, late: 2 });
  });

  it('are counted when another edition wrote them, so that a caller may insist on knowing everything', () => {
    const reading = (bytes: string) => {
      const reader = new Reader(hex(bytes));
      New.read(reader);
      return reader.otherEditions;
    };
    expect(reading('80 01 02 07 80 02 0002')).toBe(0);
    expect(reading('80 01 02 06 80 02 0002')).toBe(1);
    expect(reading('80 01 02 06 40 01 ff')).toBe(1);
  });

  it('stay in kept bytes although the value does not know them', () => {
    const bytes = hex('80 01 02 07 80 02 0002');
    const kept = decode(withBytes(Old), bytes);
    expect(encode(withBytes(Old), kept)).toEqual(bytes);
    expect(encodeAfresh(withBytes(Old), kept)).toEqual(hex('00 01'));
  });
});

describe('kept bytes', () => {
  it('are exactly the value, not what stands around it', () => {
    const Framed = sequence('Framed', { before: first, kept: withBytes(New), after: tail });
    const { kept } = decode(Framed, hex('aa 80 01 02 07 80 02 0002 bb'));
    expect(kept.bytes).toEqual(hex('80 01 02 07 80 02 0002'));
    expect(preserve(New, kept.value)).toEqual(kept);
  });

  it('are plain Uint8Array when a Buffer came in', () => {
    const kept = decode(withBytes(New), Buffer.from('0001', 'hex'));
    expect(kept.bytes.constructor).toBe(Uint8Array);
  });
});

describe('depth', () => {
  interface Nest {
    inner?: Nest | undefined;
  }
  const Nest: Codec<Nest> = recursive<Nest>('Nest', () => NestBody);
  const NestBody: Codec<Nest> = sequence('NestBody', { inner: optional(containing(Nest)) });
  const nested = (levels: number): Nest => (levels === 1 ? {} : { inner: nested(levels - 1) });

  it('beyond the limit is refused, at the limit it is not', () => {
    expect(() => decode(Nest, encode(Nest, nested(17)))).toThrow(/nested deeper than 16/);
    expect(decode(Nest, encode(Nest, nested(16)))).toEqual(nested(16));
    expect(() => decode(Nest, encode(Nest, nested(4)), 3)).toThrow(/nested deeper than 3/);
  });

  it('is counted along a path, not over the whole input', () => {
    const Twice = sequence('Twice', { one: Nest, two: Nest });
    const value: SequenceValue<{ one: typeof Nest; two: typeof Nest }> = { one: nested(16), two: nested(16) };
    expect(decode(Twice, encode(Twice, value))).toEqual(value);
  });
});
