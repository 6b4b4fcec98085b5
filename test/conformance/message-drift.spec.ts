/**
 * The modules in `asn1/messages/` and the codecs in `libs/uper/src/messages` say the same. They speak unaligned PER, and
 * have type names of their own: `Latitude` of a certificate is another than `Latitude` of a message.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Described as UperType } from '#uper/codec.js';
import { bitString, enumerated, extensibleBitString, extensibleEnumerated, ia5String, integer, octetString } from '#uper/primitives.js'; // prettier-ignore
import { choice, extensibleChoice, extensibleSequence, optional, sequence, sequenceOf } from '#uper/structures.js';
import { parseModule, type AsnType } from '../support/asn1-parser.js';
import { Comparison } from './comparison.js';
import { fitProblems } from './module-fit.js';

const FOLDER = 'asn1/messages';
const modules = new Map(
  readdirSync(FOLDER).map((file) => [file, parseModule(readFileSync(`${FOLDER}/${file}`, 'utf8'))] as const),
);
const types = new Map([...modules.values()].flatMap((module) => [...module.types]));

const SOURCES = 'libs/uper/src/messages';
const sources = readdirSync(SOURCES).filter((file) => file.endsWith('.ts') && !/\.(?:spec|fixture)\.ts$/.test(file));
const DECLARES =
  /\b(?:sequence|choice|enumerated|bitString|integer|sequenceOf|octetString|ia5String|extensible[A-Z]\w+)\(\s*'([A-Z][\w-]*)'/g;
const declaredIn = (source: string): string[] => [...source.matchAll(DECLARES)].map(([, name]) => name as string);

const codecs: UperType[] = [];
// One after another: jest does not link several modules at a time.
for (const file of sources) {
  const exported = (await import(`#uper/messages/${file.replace(/\.ts$/, '.js')}`)) as Record<string, unknown>;
  codecs.push(...Object.values(exported).filter(isCodec));
}

function isCodec(value: unknown): value is UperType {
  return typeof value === 'object' && value !== null && 'shape' in value && 'name' in value;
}

function differencesOf(codec: UperType, known: ReadonlyMap<string, AsnType> = types): string[] {
  const comparison = new Comparison(known);
  comparison.type(codec, { kind: 'reference', name: codec.name }, codec.name);
  return comparison.differences;
}

describe('a planted difference is found', () => {
  const planted = (asn1: string): Map<string, AsnType> =>
    new Map(parseModule(`M DEFINITIONS AUTOMATIC TAGS ::= BEGIN EXPORTS ALL; T ::= ${asn1} END`).types);
  const small = integer('small', 1, 6);

  it.each<[string, UperType, string, string]>([
    ['another bound', integer('T', 1, 6), 'INTEGER (1..6)', 'INTEGER (1..7)'],
    ['another name of a value', enumerated('T', ['a', 'b']), 'ENUMERATED { a, b }', 'ENUMERATED { b, a }'],
    ['a mark of an enumeration', extensibleEnumerated('T', ['a']), 'ENUMERATED { a, ... }', 'ENUMERATED { a }'],
    ['another size of bits', bitString('T', ['a'], 3), 'BIT STRING { a(0) } (SIZE (3))', 'BIT STRING { a(0) } (SIZE (2))'],
    ['another name of a bit', bitString('T', ['a']), 'BIT STRING { a(0) } (SIZE (1))', 'BIT STRING { b(0) } (SIZE (1))'],
    ['a mark of a size', extensibleBitString('T', ['a']), 'BIT STRING { a(0) } (SIZE (1, ...))', 'BIT STRING { a(0) } (SIZE (1))'],
    ['another size of octets', octetString('T', 2), 'OCTET STRING (SIZE (2))', 'OCTET STRING (SIZE (2..3))'],
    ['another size of a text', ia5String('T', 1, 4), 'IA5String (SIZE (1..4))', 'IA5String (SIZE (1..5))'],
    ['another size of a list', sequenceOf('T', small, 2, 4), 'SEQUENCE (SIZE (2..4)) OF INTEGER (1..6)', 'SEQUENCE (SIZE (1..4)) OF INTEGER (1..6)'],
    ['another item of a list', sequenceOf('T', small, 2, 4), 'SEQUENCE (SIZE (2..4)) OF INTEGER (1..6)', 'SEQUENCE (SIZE (2..4)) OF INTEGER (0..6)'],
    ['a field that is not optional', sequence('T', { a: optional(small) }), 'SEQUENCE { a INTEGER (1..6) OPTIONAL }', 'SEQUENCE { a INTEGER (1..6) }'],
    ['another name of a field', sequence('T', { a: small }), 'SEQUENCE { a INTEGER (1..6) }', 'SEQUENCE { b INTEGER (1..6) }'],
    ['a mark of a sequence', extensibleSequence('T', { a: small }), 'SEQUENCE { a INTEGER (1..6), ... }', 'SEQUENCE { a INTEGER (1..6) }'],
    ['another alternative', choice('T', { a: small }), 'CHOICE { a INTEGER (1..6) }', 'CHOICE { b INTEGER (1..6) }'],
    ['a mark of a choice', extensibleChoice('T', { a: small }), 'CHOICE { a INTEGER (1..6), ... }', 'CHOICE { a INTEGER (1..6) }'],
  ])('%s, and none where there is none', (_, codec, right, wrong) => {
    expect(differencesOf(codec, planted(right))).toEqual([]);
    expect(differencesOf(codec, planted(wrong))).toHaveLength(1);
  }); // prettier-ignore
});

describe('codecs and modules say the same', () => {
  it.each(codecs.map((codec) => [codec.name, codec] as const))('%s', (_, codec) => {
    expect(differencesOf(codec)).toEqual([]);
  });

  const all = new Comparison(types);
  for (const codec of codecs) all.type(codec, { kind: 'reference', name: codec.name }, codec.name);

  it.each(sources)('%s declares no type without a module', (file) => {
    const declared = declaredIn(readFileSync(`${SOURCES}/${file}`, 'utf8'));
    expect(declared.filter((name) => !all.met.has(name) || !types.has(name))).toEqual([]);
  });

  it('and no module defines a type that no codec speaks, under another name', () => {
    expect([...types.keys()].filter((name) => !all.compared.has(name) || !all.met.has(name))).toEqual([]);
    expect(types.size).toBeGreaterThan(100);
  });
});

describe('the modules fit together', () => {
  it.each([...modules])('%s', (file, module) => {
    expect(fitProblems(file, module, [...modules.values()])).toEqual([]);
  });

  it('and no name is there twice', () => {
    const names = [...modules.values()].flatMap((module) => [...module.types.keys()]);
    expect(new Set(names).size).toBe(names.length);
  });
});
