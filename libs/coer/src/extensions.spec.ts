/** What a newer or older edition of a type wrote: unknown additions are skipped, counted, and never lost from kept bytes. */
import { hex } from '../../../test/support/hex.js';
import { choice } from './choice.js';
import { decode, decodeToShow, encode, encodeAfresh, tryDecode, type Codec } from './codec.js';
import { CoerError } from './coer-error.js';
import { enumerated, nothing, uint16, uint8 } from './numbers.js';
import { containing, preserve, recursive, withBytes } from './preserved.js';
import { Reader } from './reader.js';
import { optional, sequence, sequenceOf, type SequenceValue } from './sequence.js';

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

describe('what is read to be shown', () => {
  const Either = choice('Either', { left: first, right: nothing }, { far: uint16('Far') });
  const Closed = choice('Closed', { only: first });
  const Open = enumerated('Open', { a: 0, b: 1 }, {});
  const Both = sequence('Both', { new: New, list: sequenceOf(Either), open: Open, tail });

  it.each<[string, Codec<unknown>, string, unknown]>([
    ['an unknown alternative', Either, '83 02 aabb', { kind: 'unknown', index: 3, bytes: hex('aabb') }],
    ['an unknown alternative of no bytes', Either, 'be 00', { kind: 'unknown', index: 62, bytes: hex('') }],
    ['an unknown value', Open, '02', 'unknown-2'],
    ['the highest unknown value', Open, '7f', 'unknown-127'],
    [
      'an unknown addition',
      New,
      '80 01 02 06 40 01 ff',
      { first: 1, '...': { count: 2, unknown: [{ index: 1, bytes: hex('ff') }] } },
    ],
    [
      'an unknown addition behind a known one, past the eighth',
      New,
      '80 01 03 07 8080 02 0002 01 ff',
      { first: 1, late: 2, '...': { count: 9, unknown: [{ index: 8, bytes: hex('ff') }] } },
    ],
    [
      'all of them in one value',
      Both,
      '80 01 02 06 40 01 ff | 01 02 8001 83 01 cc | 05 | 09',
      {
        new: { first: 1, '...': { count: 2, unknown: [{ index: 1, bytes: hex('ff') }] } },
        list: [
          { kind: 'left', value: 1 },
          { kind: 'unknown', index: 3, bytes: hex('cc') },
        ],
        open: 'unknown-5',
        tail: 9,
      },
    ],
  ])('%s is in the value, which makes the same bytes again', (_, codec, bytes, value) => {
    const shown = decodeToShow(codec, hex(bytes));
    expect(shown).toEqual(value);
    expect(encode(codec, shown)).toEqual(hex(bytes));
    expect(encodeAfresh(codec, shown)).toEqual(hex(bytes));
  });

  it('a shorter bitmap of an older edition comes back as short as it was', () => {
    const Newer = sequence('Newer', { first }, { additions: { late: uint16('Late'), later: uint8('Later') } });
    const bytes = hex('80 01 02 07 80 02 0002');
    const shown = decodeToShow(Newer, bytes);
    expect(shown).toEqual({ first: 1, late: 2, '...': { count: 1, unknown: [] } });
    expect(encode(Newer as Codec<unknown>, shown)).toEqual(bytes);
    expect(() => encode(Newer as Codec<unknown>, { ...(shown as object), later: 3 })).toThrow('addition 1 of 1');
  });

  it.each<[string, Codec<unknown>, string]>([
    ['an unknown alternative without a marker', Closed, '81 00'],
    ['a number that takes two bytes', Either, 'bf 3f 00'],
    ['a tag of another class', Either, 'c3 00'],
    ['an unknown alternative that is cut short', Either, '83 02 aa'],
    ['an unknown alternative with a long length', Either, '83 81 01 aa'],
    ['a byte behind an unknown alternative', Either, '83 01 aa 00'],
    ['an unknown value without a marker', enumerated('Shut', { a: 0 }), '01'],
    ['the long form of a value', Open, '81 01'],
    ['an unknown addition with a long length', New, '80 01 02 06 40 81 01 ff'],
    ['set padding', New, '80 01 02 06 60 01 ff'],
    ['a value of no type', first, ''],
  ])('but not %s', (_, codec, bytes) => {
    expect(() => decodeToShow(codec, hex(bytes))).toThrow(CoerError);
  });

  it.each<[string, Codec<unknown>, unknown]>([
    ['a number that we know', Either, { kind: 'unknown', index: 2, bytes: hex('') }],
    ['a number of two bytes', Either, { kind: 'unknown', index: 63, bytes: hex('') }],
    ['an unknown alternative without a marker', Closed, { kind: 'unknown', index: 1, bytes: hex('') }],
    ['an unknown value that we know', Open, 'unknown-1'],
    ['an unknown value of two bytes', Open, 'unknown-128'],
    ['an unknown value without a marker', enumerated('Shut', { a: 0 }), 'unknown-1'],
  ])('nor is written: %s', (_, codec, value) => {
    expect(() => encode(codec, value)).toThrow(TypeError);
  });

  it('is not what those get who judge', () => {
    expect(tryDecode(Either, hex('83 02 aabb'))).toMatchObject({ ok: false });
    expect(tryDecode(Open, hex('02'))).toMatchObject({ ok: false });
    expect(decode(New, hex('80 01 02 06 40 01 ff'))).toEqual({ first: 1 });
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
