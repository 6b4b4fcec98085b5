/**
 * The modules in `asn1/` and the codecs in `libs` say the same: names, order, OPTIONAL and DEFAULT, extension marks,
 * alternatives, sizes and bounds. Whoever changes one changes the other.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Codec } from '#coer/codec.js';
import { choice } from '#coer/choice.js';
import { enumerated, nothing, uint8 } from '#coer/numbers.js';
import { objectIdentifier } from '#coer/object-identifier.js';
import { octets } from '#coer/strings.js';
import { optional, sequence, sequenceOf, withDefault } from '#coer/sequence.js';
import { parseModule, type AsnModule, type AsnType } from '../support/asn1-parser.js';
import { codecFiles, codecsOf, declaredIn } from './codec-files.js';
import { Comparison } from './comparison.js';
import { fitProblems } from './module-fit.js';

const files = readdirSync('asn1').filter((name) => name.endsWith('.asn'));
const modules = new Map(files.map((file) => [file, parseModule(readFileSync(`asn1/${file}`, 'utf8'))]));
const types = new Map([...modules.values()].flatMap((module) => [...module.types]));
const sources = codecFiles();
const codecs: [string, Codec<unknown>][] = [];
// One after another: jest does not link several modules at a time.
for (const file of sources) codecs.push(...(await codecsOf(file)));

function differencesOf(
  codec: Codec<unknown>,
  name = codec.name,
  known: ReadonlyMap<string, AsnType> = types,
): string[] {
  const comparison = new Comparison(known);
  comparison.type(codec, { kind: 'reference', name }, name);
  return comparison.differences;
}

describe('a planted difference is found', () => {
  const planted = (asn1: string): Map<string, AsnType> =>
    new Map(parseModule(`M DEFINITIONS AUTOMATIC TAGS ::= BEGIN EXPORTS ALL; ${asn1} END`).types);
  const Byte = uint8('Byte');
  const T = sequence(
    'T',
    { a: Byte, b: optional(nothing), c: withDefault(Byte, 7) },
    { additions: { d: sequenceOf(octets('x', 3), 1) } },
  );
  const right =
    'SEQUENCE { a B, b NULL OPTIONAL, c B DEFAULT 7, ..., d SEQUENCE (SIZE (1..MAX)) OF OCTET STRING (SIZE (3)) OPTIONAL }';

  it('and none where there is none', () => {
    expect(differencesOf(T, 'T', planted(`T ::= ${right} B ::= INTEGER (0..255)`))).toEqual([]);
  });

  it.each([
    ['another name', right.replace('a B', 'z B'), 'components'],
    ['another order', right.replace('a B, b NULL OPTIONAL', 'b NULL OPTIONAL, a B'), 'components'],
    ['a field that is not optional', right.replace('NULL OPTIONAL', 'NULL'), 'T.b: presence'],
    ['a field without its default', right.replace('DEFAULT 7', 'OPTIONAL'), 'T.c: presence'],
    ['another default', right.replace('DEFAULT 7', 'DEFAULT 8'), 'T.c: default'],
    ['no extension mark', 'SEQUENCE { a B, b NULL OPTIONAL, c B DEFAULT 7 }', 'extension mark'],
    ['an addition in the root', right.replace(', ..., d', ', d').replace(' }', ', ... }'), 'components'],
    ['another size of a list', right.replace('(1..MAX)', '(2..MAX)'), 'T....d: size'],
    ['another size of octets', right.replace('(SIZE (3))', '(SIZE (4))'), 'T....d[]: octets'],
    ['another type', right.replace('b NULL', 'b B'), 'T.b: null in the codec, integer in the module'],
    ['a type nobody defines', right.replace('a B', 'a C'), 'T.a: C is not defined'],
  ])('%s', (_, text, difference) => {
    expect(differencesOf(T, 'T', planted(`T ::= ${text} B ::= INTEGER (0..255)`)).join('\n')).toContain(difference);
  });

  it('other bounds, values and alternatives', () => {
    expect(differencesOf(Byte, 'B', planted('B ::= INTEGER (0..254)'))).toHaveLength(1);
    expect(differencesOf(enumerated('E', { a: 0, b: 1 }), 'E', planted('E ::= ENUMERATED { b, a }'))).toHaveLength(1);
    expect(differencesOf(enumerated('E', { a: 0 }, {}), 'E', planted('E ::= ENUMERATED { a }'))).toHaveLength(1);
    expect(differencesOf(enumerated('E', { a: 0 }), 'E', planted('E ::= ENUMERATED { a, ... }'))).toHaveLength(1);
    expect(differencesOf(objectIdentifier('O'), 'O', planted('O ::= OCTET STRING'))).toHaveLength(1);
    expect(differencesOf(objectIdentifier('O'), 'O', planted('O ::= OBJECT IDENTIFIER'))).toEqual([]);
    expect(
      differencesOf(choice('C', { a: nothing, b: nothing }), 'C', planted('C ::= CHOICE { b NULL, a NULL }')),
    ).toHaveLength(1);
    expect(differencesOf(choice('C', { a: nothing }, {}), 'C', planted('C ::= CHOICE { a NULL }'))).toHaveLength(1);
  });
});

describe('codecs and modules say the same', () => {
  // A type that stands under a small letter is part of another and has no name of its own.
  const named = codecs.filter(([, codec]) => /^[A-Z]/.test(codec.name) && !codec.name.startsWith('SequenceOf'));

  it.each(named)('%s', (_, codec) => {
    expect(differencesOf(codec)).toEqual([]);
  });

  const all = new Comparison(types);
  for (const [, codec] of named) all.type(codec, { kind: 'reference', name: codec.name }, codec.name);

  it.each(sources)('%s declares no type without a module', (file) => {
    expect(declaredIn(readFileSync(file, 'utf8')).filter((name) => !all.met.has(name))).toEqual([]);
  });

  it('and the lines of the authorities are among what was found', () => {
    const names = new Set(named.map(([, codec]) => codec.name));
    for (const name of [
      'SignedData',
      'LineRequest',
      'Approval',
      'PraStatement',
      'IssueBatch',
      'PeriodKey',
      'RevokeDevice',
    ])
      expect(names.has(name) ? '' : name).toBe('');
    expect(named.length).toBeGreaterThan(140);
  });

  it('and a declaration is found in a source, exported or not', () => {
    const source = "const A = sequence('One', {});\nexport const B = sequence('Two', { c: choice(\n 'Three', {}) });";
    expect(declaredIn(source)).toEqual(['One', 'Two', 'Three']);
  });

  it('and no module defines a type that no codec speaks', () => {
    // Names that stand for another type only.
    const aliases = [...types].filter(([, type]) => type.kind === 'reference').map(([name]) => name);
    expect([...types.keys()].filter((name) => !all.compared.has(name) && !aliases.includes(name))).toEqual([]);
  });
});

describe('the modules fit together', () => {
  it.each([...modules])('%s', (file, module: AsnModule) => {
    expect(fitProblems(file, module, [...modules.values()])).toEqual([]);
  });

  it('and no name is there twice', () => {
    const names = [...modules.values()].flatMap((module) => [...module.types.keys()]);
    expect(new Set(names).size).toBe(names.length);
  });
});
