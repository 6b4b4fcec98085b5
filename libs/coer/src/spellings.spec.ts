/** Each type has one spelling a value: the table of the right ones both ways, and the table of the forbidden ones. */
import { hex } from '../../../test/support/hex.js';
import { choice } from './choice.js';
import { decode, encode, tryDecode, type Codec } from './codec.js';
import { CoerError } from './coer-error.js';
import { enumerated, int32, integer, nothing, uint16, uint32, uint64, uint8, unsignedUnbounded } from './numbers.js';
import { objectIdentifier } from './object-identifier.js';
import { containing } from './preserved.js';
import { optional, sequence, sequenceOf, withDefault } from './sequence.js';
import { bits8, ia5String, octets, octetString, utf8String } from './strings.js';

const Byte = uint8('Byte');
const Colour = enumerated('Colour', { red: 0, green: 1, violet: 127 });
const Pair = sequence('Pair', { first: Byte, second: optional(Byte) });
const Plain = sequence('Plain', { first: Byte, second: uint16('Short') });
const Levelled = sequence('Levelled', {
  level: withDefault(integer('Level'), 1),
  who: withDefault(bits8('Who', { a: 0, b: 1 }), new Set(['a'] as const)),
});
const Grown = sequence('Grown', { first: Byte }, { additions: { late: uint16('Late'), later: octetString('Later') } });
const Nine = sequence(
  'Nine',
  Object.fromEntries('abcdefghi'.split('').map((key) => [key, optional(nothing)])) as Record<
    string,
    ReturnType<typeof optional<null>>
  >,
);
const Either = choice('Either', { left: Byte, right: nothing }, { far: octetString('Far') });
const Closed = choice('Closed', { only: Byte });
const Place = int32('Place', -900_000_000, 900_000_001);
const Anything = octetString('Anything');
const Items = sequenceOf(Byte);
const Flags = bits8('Flags', { app: 0, enroll: 1 });

const spell = <T>(name: string, codec: Codec<T>, value: NoInfer<T>, bytes: string) =>
  [name, codec, value, bytes] as [string, Codec<unknown>, unknown, string];

const rows = [
  spell('INTEGER (0..255)', Byte, 255, 'ff'),
  spell('INTEGER (0..65535)', uint16('Short'), 0x0102, '0102'),
  spell('INTEGER (0..4294967295)', uint32('Long'), 0xfffffffe, 'fffffffe'),
  spell('INTEGER of eight bytes', uint64('Huge'), 0x0102030405060708n, '0102030405060708'),
  spell('INTEGER of eight bytes, the highest', uint64('Huge'), 2n ** 64n - 1n, 'ffffffffffffffff'),
  spell('signed four bytes', Place, -1, 'ffffffff'),
  spell('signed four bytes, the lowest', Place, -900_000_000, 'ca5b1700'),
  spell('signed four bytes, the highest', Place, 900_000_001, '35a4e901'),
  spell('INTEGER (0..MAX), zero', unsignedUnbounded('Aid'), 0, '01 00'),
  spell('INTEGER (0..MAX), one byte', unsignedUnbounded('Aid'), 0x6f, '01 6f'),
  spell('INTEGER (0..MAX), the highest byte', unsignedUnbounded('Aid'), 255, '01 ff'),
  spell('INTEGER (0..MAX), two bytes', unsignedUnbounded('Aid'), 3627, '02 0e2b'),
  spell('INTEGER (0..MAX), six bytes', unsignedUnbounded('Aid'), 2 ** 48 - 1, '06 ffffffffffff'),
  spell('INTEGER, minus one', integer('Range'), -1, '01 ff'),
  spell('INTEGER, 127', integer('Range'), 127, '01 7f'),
  spell('INTEGER, 128', integer('Range'), 128, '02 0080'),
  spell('INTEGER, -128', integer('Range'), -128, '01 80'),
  spell('INTEGER, -129', integer('Range'), -129, '02 ff7f'),
  spell('INTEGER, the lowest', integer('Range'), -(2 ** 31), '04 80000000'),
  spell('ENUMERATED', Colour, 'violet', '7f'),
  spell('NULL', nothing, null, ''),
  spell('OCTET STRING (SIZE (2))', octets('Two', 2), hex('0a0b'), '0a0b'),
  spell('OCTET STRING, empty', Anything, hex(''), '00'),
  spell('OCTET STRING of 127 bytes', Anything, new Uint8Array(127), '7f' + '00'.repeat(127)),
  spell('OCTET STRING of 128 bytes', Anything, new Uint8Array(128), '8180' + '00'.repeat(128)),
  spell('OCTET STRING of 256 bytes', Anything, new Uint8Array(256), '820100' + '00'.repeat(256)),
  spell('OCTET STRING of 65536 bytes', Anything, new Uint8Array(65536), '83010000' + '00'.repeat(65536)),
  spell('OCTET STRING (CONTAINING …)', containing(Plain), { first: 1, second: 2 }, '03 01 0002'),
  spell('UTF8String, counted in characters', utf8String('Name', 2), '车辆', '06 e8bda6 e8be86'),
  spell('UTF8String keeps a byte order mark', utf8String('Name', 2), '\ufeffa', '04 efbbbf 61'),
  spell('IA5String', ia5String('Id'), 'a\u007f', '02 61 7f'),
  spell('BIT STRING (SIZE (8)), none', Flags, new Set<'app' | 'enroll'>(), '00'),
  spell('BIT STRING (SIZE (8)), two', Flags, new Set(['app', 'enroll'] as const), 'c0'),
  spell('BIT STRING (SIZE (8)), bits without a name', Flags, new Set(['enroll', 'bit2', 'bit7'] as const), '61'),
  spell('OBJECT IDENTIFIER', objectIdentifier('Oid'), '1.2.840.113549', '06 2a864886f70d'),
  spell('OBJECT IDENTIFIER, one arc', objectIdentifier('Oid'), '0.39', '01 27'),
  spell('OBJECT IDENTIFIER under 1', objectIdentifier('Oid'), '1.39.0', '02 4f 00'),
  spell('OBJECT IDENTIFIER under 2', objectIdentifier('Oid'), '2.0', '01 50'),
  spell('OBJECT IDENTIFIER, a second arc over 39', objectIdentifier('Oid'), '2.999.3', '03 8837 03'),
  spell(
    'OBJECT IDENTIFIER, an arc of 133 bits',
    objectIdentifier('Oid'),
    `1.1.${2n ** 133n - 1n}`,
    '14 29' + 'ff'.repeat(18) + '7f',
  ),
  spell('SEQUENCE OF, empty', Items, [], '01 00'),
  spell('SEQUENCE OF', Items, [7, 8], '01 02 07 08'),
  spell(
    'SEQUENCE OF 256',
    Items,
    Array.from({ length: 256 }, () => 1),
    '02 0100' + '01'.repeat(256),
  ),
  spell('SEQUENCE without preamble', Plain, { first: 1, second: 2 }, '01 0002'),
  spell('SEQUENCE, optional absent', Pair, { first: 1 }, '00 01'),
  spell('SEQUENCE, optional present', Pair, { first: 1, second: 2 }, '80 01 02'),
  spell('SEQUENCE, defaults absent', Levelled, { level: 1, who: new Set(['a'] as const) }, '00'),
  spell('SEQUENCE, one default', Levelled, { level: 1, who: new Set(['a', 'b'] as const) }, '40 c0'),
  spell('SEQUENCE, no default', Levelled, { level: 2, who: new Set<'a' | 'b'>() }, 'c0 01 02 00'),
  spell('SEQUENCE of nine optionals', Nine, { a: null, i: null }, '8080'),
  spell('extensible SEQUENCE without additions', Grown, { first: 1 }, '00 01'),
  spell('the first addition', Grown, { first: 1, late: 2 }, '80 01 02 06 80 02 0002'),
  spell('the second addition', Grown, { first: 1, later: hex('ff') }, '80 01 02 06 40 02 01 ff'),
  spell(
    'a long addition',
    Grown,
    { first: 1, later: new Uint8Array(200) },
    '80 01 02 06 40 81ca 81c8' + '00'.repeat(200),
  ),
  spell('CHOICE, root', Either, { kind: 'left', value: 9 }, '80 09'),
  spell('CHOICE, NULL', Either, { kind: 'right', value: null }, '81'),
  spell('CHOICE, extension is an open type', Either, { kind: 'far', value: hex('aa') }, '82 02 01 aa'),
];

it.each(rows)('writes and reads %s', (_, codec, value, bytes) => {
  expect(encode(codec, value)).toEqual(hex(bytes));
  expect(decode(codec, hex(bytes))).toEqual(value);
});

it('refuses, at every cut of every right spelling, what is cut short', () => {
  let cuts = 0;
  for (const [, codec, , text] of rows.filter((row) => row[3].length < 200)) {
    const bytes = hex(text);
    for (let length = 0; length < bytes.length; length++, cuts++)
      expect(() => decode(codec, bytes.subarray(0, length))).toThrow(CoerError);
  }
  expect(cuts).toBeGreaterThan(100);
});

it('refuses a byte behind every right spelling', () => {
  for (const [, codec, , text] of rows) expect(tryDecode(codec, hex(text + '00'))).toMatchObject({ ok: false });
});

describe('forbidden spellings', () => {
  it.each<[string, Codec<unknown>, string, string]>([
    ['a long length for a short one', Anything, '81 01 aa', 'length is not in its shortest form'],
    ['a long length for 127', Anything, '81 7f' + '00'.repeat(127), 'length is not in its shortest form'],
    ['a length with a leading zero', Anything, '82 0080' + '00'.repeat(128), 'length is not in its shortest form'],
    ['the indefinite length', Anything, '80', 'length of an unsupported form'],
    ['a length of five bytes', Anything, '85 0100000000', 'length of an unsupported form'],
    ['the reserved length', Anything, 'ff', 'length of an unsupported form'],
    ['a length beyond the input', Anything, '84 ffffffff', 'unexpected end'],
    ['a quantity with a leading zero', Items, '02 0001 84', 'quantity with a leading zero'],
    ['a quantity of no bytes', Items, '00', 'quantity of an unsupported size'],
    ['a quantity of five bytes', Items, '05 0100000000', 'quantity of an unsupported size'],
    ['a quantity with a long length', Items, '81 01 01 05', 'length is not in its shortest form'],
    ['a quantity beyond the input', Items, '04 ffffffff 00', '4294967295 items'],
    ['a quantity one beyond the input', Items, '01 02 00', '2 items'],
    ['too few items', sequenceOf(Byte, 2), '01 01 00', '1 items'],
    ['too many items', sequenceOf(Byte, 0, 1), '01 02 00 00', '2 items'],
    ['an INTEGER (0..MAX) with a leading zero', unsignedUnbounded('Aid'), '02 006f', 'shortest form'],
    ['an INTEGER (0..MAX) of no bytes', unsignedUnbounded('Aid'), '00', 'unsupported size'],
    ['an INTEGER (0..MAX) of seven bytes', unsignedUnbounded('Aid'), '07 01000000000000', 'unsupported size'],
    ['an INTEGER with a leading zero', integer('Range'), '02 0001', 'shortest form'],
    ['an INTEGER with a leading ff', integer('Range'), '02 ffff', 'shortest form'],
    ['an INTEGER of no bytes', integer('Range'), '00', 'unsupported size'],
    ['an INTEGER of five bytes', integer('Range'), '05 0100000000', 'unsupported size'],
    ['an INTEGER above its bound', uint8('Small', 7), '08', '8 is over 7'],
    ['a signed INTEGER above its bound', Place, '35a4e902', '900000002 is out of range'],
    ['a signed INTEGER below its bound', Place, 'ca5b16ff', '-900000001 is out of range'],
    ['an unlisted ENUMERATED value', Colour, '02', 'unknown value 2 of Colour'],
    ['the long form of an ENUMERATED value', Colour, '81 01', 'unknown value 129 of Colour'],
    ['a set unused bit of a preamble', Pair, '01 05', 'an unused preamble bit is set'],
    ['a set unused bit of a second preamble byte', Nine, '0001', 'an unused preamble bit is set'],
    ['an encoded default', Levelled, '80 01 01', 'the default is encoded'],
    ['an encoded default that is a BIT STRING', Levelled, '40 80', 'the default is encoded'],
    ['an extension bitmap without a bit set', Grown, '80 01 02 06 00', 'without an addition'],
    ['an extension bitmap of no bytes', Grown, '80 01 01 00', 'without bits'],
    ['an extension bitmap with no length', Grown, '80 01 00', 'without bits'],
    ['an extension bitmap with set padding', Grown, '80 01 02 06 a0 02 0002', 'set padding'],
    ['an extension bitmap with eight unused bits', Grown, '80 01 03 08 80 00 02 0002', 'wrong padding'],
    ['an addition longer than its value', Grown, '80 01 02 06 80 03 000200', 'late @8: trailing bytes'],
    ['an addition shorter than its value', Grown, '80 01 02 06 80 01 00', 'late @6: unexpected end'],
    ['an addition that is missing', Grown, '80 01 02 06 80', 'unexpected end'],
    ['an unknown root alternative', Closed, '81 00', 'no alternative 81 of Closed'],
    ['an unknown extension alternative', Either, '83 01 00', 'no alternative 83 of Either'],
    ['a tag of the universal class', Either, '00 09', 'no alternative 0 of Either'],
    ['a tag of the application class', Either, '40 09', 'no alternative 40 of Either'],
    ['a tag of the private class', Either, 'c0 09', 'no alternative c0 of Either'],
    ['a tag of more than one byte', Either, 'bf 00 09', 'no alternative bf of Either'],
    ['an extension alternative that is not wrapped to the end', Either, '82 03 01 aa 00', 'far @4: trailing bytes'],
    ['a contained value with a byte behind it', containing(Byte), '02 01 01', 'trailing bytes'],
    ['an OBJECT IDENTIFIER of no bytes', objectIdentifier('Oid'), '00', 'unexpected end'],
    ['an OBJECT IDENTIFIER that ends within an arc', objectIdentifier('Oid'), '02 2a86', 'unexpected end'],
    ['an arc with a leading zero', objectIdentifier('Oid'), '03 2a8001', 'arc is not in its shortest form'],
    ['an arc of 134 bits', objectIdentifier('Oid'), '15 2a' + 'ff'.repeat(19) + '7f', 'arc is too large'],
    ['overlong UTF-8', utf8String('Name', 9), '02 c0af', 'not UTF-8'],
    ['a surrogate in UTF-8', utf8String('Name', 9), '03 eda080', 'not UTF-8'],
    ['a UTF8String that is too long', utf8String('Name', 2), '03 616263', 'too long'],
    ['an IA5String with eight bits', ia5String('Id'), '01 80', 'not IA5'],
    ['an OCTET STRING that is too short', octetString('Id', 1, 2), '00', '0 bytes'],
    ['an OCTET STRING that is too long', octetString('Id', 1, 2), '03 000000', '3 bytes'],
  ])('refuses %s', (_, codec, bytes, why) => {
    expect(() => decode(codec, hex(bytes))).toThrow(CoerError);
    expect(tryDecode(codec, hex(bytes))).toEqual({ ok: false, why: expect.stringContaining(why) });
  });

  it('refuses a quantity beyond the input before it reads or keeps a single item', () => {
    let reads = 0;
    const counting: Codec<number> = { ...Byte, read: (reader) => (reads++, Byte.read(reader)) };
    const claimed = tryDecode(sequenceOf(counting), hex('04 ffffffff 00010203040506070809'));
    expect(claimed).toEqual({ ok: false, why: '@0: 4294967295 items' });
    expect(reads).toBe(0);
    expect(decode(sequenceOf(counting), hex('01 0a 00010203040506070809'))).toHaveLength(10);
    expect(reads).toBe(10);
  });

  it('refuses a long IA5String with a value, not with an exhausted stack', () => {
    const long = new Uint8Array(1_000_000).fill(0x61);
    expect(decode(ia5String('Id'), encode(Anything, long))).toHaveLength(long.length);
  });
});

describe('values that a type does not admit', () => {
  it.each<[string, Codec<never>, unknown]>([
    ['a fraction', Byte as Codec<never>, 1.5],
    ['a negative', Byte as Codec<never>, -1],
    ['more than fits', Byte as Codec<never>, 256],
    ['eight bytes and more', uint64('Huge') as Codec<never>, 2n ** 64n],
    ['a negative of eight bytes', uint64('Huge') as Codec<never>, -1n],
    ['below a signed bound', Place as Codec<never>, -900_000_001],
    ['a name that is not listed', Colour as Codec<never>, 'black'],
    ['a name that every object has', Colour as Codec<never>, 'toString'],
    ['an alternative that is not listed', Either as Codec<never>, { kind: 'middle', value: 1 }],
    ['a missing field', Plain as Codec<never>, { first: 1 }],
    ['too few octets', octets('Two', 2) as Codec<never>, hex('00')],
    ['too many octets', octetString('Id', 1, 2) as Codec<never>, hex('000000')],
    ['too many items', sequenceOf(Byte, 0, 1) as Codec<never>, [1, 2]],
    ['a dotted form with a leading zero', objectIdentifier('Oid') as Codec<never>, '1.02'],
    ['a dotted form of one arc', objectIdentifier('Oid') as Codec<never>, '1'],
    ['a second arc of 40 under 1', objectIdentifier('Oid') as Codec<never>, '1.40'],
    ['a first arc of 3', objectIdentifier('Oid') as Codec<never>, '3.1'],
    ['an arc of 134 bits', objectIdentifier('Oid') as Codec<never>, `2.5.${2n ** 133n}`],
    ['half a character', utf8String('Name', 9) as Codec<never>, '\ud800'],
    ['too many characters', utf8String('Name', 1) as Codec<never>, 'ab'],
    ['a character that is not IA5', ia5String('Id') as Codec<never>, 'é'],
    ['over 48 bits', unsignedUnbounded('Aid') as Codec<never>, 2 ** 48],
    ['over 32 bits', integer('Range') as Codec<never>, 2 ** 31],
  ])('are not written: %s', (_, codec, value) => {
    expect(() => encode(codec, value as never)).toThrow(TypeError);
  });

  it('are not defined either: an ENUMERATED value or an alternative that needs a second byte', () => {
    expect(() => enumerated('Wide', { far: 128 })).toThrow(RangeError);
    expect(() => choice('Wide', Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`a${n}`, Byte])))).toThrow(
      RangeError,
    );
    expect(() =>
      sequence('Wide', Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`a${n}`, optional(Byte)]))),
    ).toThrow(RangeError);
  });
});
