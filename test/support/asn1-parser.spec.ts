import { parseModule } from './asn1-parser.js';

const moduleOf = (body: string): string => `M DEFINITIONS AUTOMATIC TAGS ::= BEGIN EXPORTS ALL; ${body} END`;
const typeOf = (text: string): unknown => parseModule(moduleOf(`T ::= ${text}`)).types.get('T');

describe('what the parser refuses', () => {
  it.each([
    ['explicit tags', 'M DEFINITIONS EXPLICIT TAGS ::= BEGIN EXPORTS ALL; END'],
    ['a type that is there twice', moduleOf('T ::= NULL T ::= NULL')],
    ['a type that is imported and defined', moduleOf('IMPORTS T FROM N; T ::= NULL')],
    ['a type it does not know', moduleOf('T ::= SET { a NULL }')],
    ['a tag', moduleOf('T ::= SEQUENCE { a [0] NULL }')],
    ['a second root', moduleOf('T ::= SEQUENCE { a NULL, ..., ... , b NULL }')],
    ['an enumeration numbered by hand', moduleOf('T ::= ENUMERATED { a(1) }')],
    ['a BIT STRING without a size', moduleOf('T ::= BIT STRING { a(0) }')],
    ['a BIT STRING of several sizes', moduleOf('T ::= BIT STRING { a(0) } (SIZE (1..2))')],
    ['a module that does not end', 'M DEFINITIONS AUTOMATIC TAGS ::= BEGIN EXPORTS ALL; T ::= NULL'],
    ['something behind the end', moduleOf('') + ' X'],
  ])('%s', (_, text) => expect(() => parseModule(text)).toThrow(Error));
});

describe('what the parser reads', () => {
  it.each<[string, unknown]>([
    ['NULL', { kind: 'null' }],
    ['INTEGER', { kind: 'integer' }],
    ['INTEGER (0..MAX)', { kind: 'integer', minimum: 0n }],
    ['INTEGER (-5..7)', { kind: 'integer', minimum: -5n, maximum: 7n }],
    ['Uint8 (1)', { kind: 'reference', name: 'Uint8' }],
    ['ENUMERATED { a, ..., b }', { kind: 'enumerated', values: { a: 0, b: 1 }, extensible: true }],
    ['OCTET STRING', { kind: 'octets', minimum: 0, maximum: Infinity }],
    ['OCTET STRING (SIZE (2..3))', { kind: 'octets', minimum: 2, maximum: 3 }],
    ['OCTET STRING (CONTAINING X)', { kind: 'containing', content: { kind: 'reference', name: 'X' } }],
    ['BIT STRING { a(0), b(1) } (SIZE (8))', { kind: 'bits', size: 8, bits: { a: 0, b: 1 } }],
    ['BIT STRING { a(0) } (SIZE (1, ...))', { kind: 'bits', size: 1, bits: { a: 0 }, extensible: true }],
    ['SEQUENCE (SIZE (1..MAX)) OF NULL', { kind: 'sequenceOf', minimum: 1, maximum: Infinity, item: { kind: 'null' } }],
    ['CHOICE { a-b NULL }', { kind: 'choice', root: [{ key: 'a-b', type: { kind: 'null' }, presence: 'always' }], extensible: false, extensions: [] }], // prettier-ignore
  ])('%s', (text, type) => expect(typeOf(text)).toEqual(type));

  it('presence, defaults, the mark and what stands behind it, past comments', () => {
    const type = typeOf(
      'SEQUENCE { a NULL, -- ... b NULL\n c E DEFAULT {app}, d INTEGER DEFAULT -1, ..., e NULL OPTIONAL }',
    );
    expect(type).toMatchObject({
      kind: 'sequence',
      root: [
        { key: 'a' },
        { key: 'c', presence: 'default', fallback: '{ app }' },
        { key: 'd', presence: 'default', fallback: '-1' },
      ],
      extensible: true,
      extensions: [{ key: 'e', presence: 'optional' }],
    });
  });

  it('imports', () => {
    expect([...parseModule(moduleOf('IMPORTS A, B FROM N C FROM O;')).imports]).toEqual([
      ['A', 'N'],
      ['B', 'N'],
      ['C', 'O'],
    ]);
  });
});
