// The codecs of unaligned PER one by one: what they refuse, then what they write.
import fc from 'fast-check';
import { type Codec, decodeUper, encodeUper, MAX_MESSAGE_BYTES } from './codec.js';
import {
  bitString,
  enumerated,
  extensibleBitString,
  extensibleEnumerated,
  ia5String,
  integer,
  octetString,
} from './primitives.js';
import { choice, extensibleSequence, optional, sequence, sequenceOf } from './structures.js';
import { UperError } from './uper-error.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const Small = integer('Small', 1, 6);
const Colour = enumerated('Colour', ['red', 'yellow', 'green']);
const LaterColour = extensibleEnumerated('LaterColour', ['red', 'yellow', 'green']);
const Flags = extensibleBitString('Flags', ['one', 'two', 'three']);
const Name = ia5String('Name', 1, 4);
const Pair = sequence('Pair', { first: Small, second: optional(Small) });
const Open = extensibleSequence('Open', { first: Small });
const List = sequenceOf('List', Small, 2, 4);
const Either = choice('Either', { number: Small, colour: Colour, name: Name });

describe('decodeUper', () => {
  it.each<[string, Codec<unknown>, string]>([
    ['an integer above its range', Small as Codec<unknown>, 'c0'],
    ['an enumeration index without a name', Colour as Codec<unknown>, 'c0'],
    ['a choice index without an alternative', Either as Codec<unknown>, 'c0'],
    ['a list longer than its type', List as Codec<unknown>, 'c0 00'],
    ['a root size spelled as an extension', Flags as Codec<unknown>, '81 c0'],
    ['an extended size running past the end', Flags as Codec<unknown>, 'bf 80'],
    ['a long length for a short string', Flags as Codec<unknown>, 'c0 02 00'],
    ['a fragmented length', Flags as Codec<unknown>, 'e0 80 00'],
    ['an extension bit without an addition', Open as Codec<unknown>, '80 00'],
    ['an empty open type', Open as Codec<unknown>, '80 10 00'],
    ['an extension count in the long form', Open as Codec<unknown>, '88 00 00'],
    ['padding that is not zero', Small as Codec<unknown>, '01'],
    ['a trailing byte', Small as Codec<unknown>, '00 00'],
    ['no bytes', Small as Codec<unknown>, ''],
    ['no bytes for a value of no bits', integer('One', 1, 1) as Codec<unknown>, ''],
  ])('refuses: %s', (_, codec, text) => expect(() => decodeUper(codec, hex(text))).toThrow(UperError));

  it('refuses a message longer than the limit before reading it', () => {
    const Long = octetString('Long', MAX_MESSAGE_BYTES + 1);
    expect(() => decodeUper(Long, new Uint8Array(MAX_MESSAGE_BYTES + 1))).toThrow(/message too long/);
  });

  it('refuses nesting beyond the limit', () => {
    let nested = sequence('Nested', { inner: Small }) as Codec<unknown>;
    for (let level = 0; level < 40; level++) nested = sequence('Nested', { inner: nested }) as Codec<unknown>;
    expect(() => decodeUper(nested, hex('00'))).toThrow(/nested too deeply/);
  });
});

describe('encodeUper', () => {
  it.each<[string, () => Uint8Array]>([
    ['an integer out of range', () => encodeUper(Small, 7)],
    ['a fraction', () => encodeUper(Small, 1.5)],
    ['a missing field', () => encodeUper(Pair, {} as never)],
    ['a name the enumeration lacks', () => encodeUper(Colour, 'blue' as never)],
    ['an alternative the choice lacks', () => encodeUper(Either, { kind: 'other', value: 1 } as never)],
    ['a bit string of another size', () => encodeUper(bitString('Two', ['one', 'two']), [true])],
    ['octets of another size', () => encodeUper(octetString('Two', 2), hex('00'))],
    ['a character beyond IA5', () => encodeUper(Name, '京')],
  ])('refuses: %s', (_, encode) => expect(encode).toThrow(UperError));

  it.each<[string, Codec<unknown>, unknown, string]>([
    ['an integer as value − min', Small as Codec<unknown>, 6, 'a0'],
    ['a value of no bits as one zero byte', integer('One', 1, 1) as Codec<unknown>, 1, '00'],
    ['32 bits', integer('Long', -1_799_999_999, 1_800_000_001) as Codec<unknown>, 1_800_000_001, 'd693a400'],
    ['an enumeration', Colour as Codec<unknown>, 'green', '80'],
    ['a later enumeration value', LaterColour as Codec<unknown>, 'later-5', '85'],
    ['a bit string in its root size', Flags as Codec<unknown>, [true, false, true], '50'],
    ['bits behind the named ones', bitString('Wide', ['one'], 3) as Codec<unknown>, [true, false, true], 'a0'],
    ['a bit string in another size', Flags as Codec<unknown>, [true, false], '8140'],
    ['an octet string across byte boundaries', octetString('Some', 1, 2) as Codec<unknown>, hex('ff'), '7f80'],
    ['an IA5 string', Name as Codec<unknown>, 'AB', '60c2'],
    ['a preamble', Pair as Codec<unknown>, { first: 1, second: 6 }, '8a'],
    ['an absent option', Pair as Codec<unknown>, { first: 1 }, '00'],
    ['a list', List as Codec<unknown>, [1, 6], '05'],
    ['a choice', Either as Codec<unknown>, { kind: 'colour', value: 'green' }, '60'],
  ])('writes and reads back: %s', (_, codec, value, text) => {
    expect(toHex(encodeUper(codec, value))).toBe(text);
    expect(decodeUper(codec, hex(text))).toEqual(value);
  });

  it('round-trips every integer of every range', () => {
    let met = 0;
    const bound = fc.integer({ min: -(2 ** 31), max: 2 ** 31 });
    fc.assert(
      fc.property(bound, bound, fc.double({ min: 0, max: 1, noNaN: true }), (one, two, share) => {
        const [min, max] = [Math.min(one, two), Math.max(one, two)];
        const value = Math.floor(min + share * (max - min));
        const codec = integer('Any', min, max);
        expect(decodeUper(codec, encodeUper(codec, value))).toBe(value);
        met++;
      }),
    );
    expect(met).toBeGreaterThanOrEqual(100);
  });
});
