/** Every byte of a file belongs to exactly one field's head, and each leaf is where its bytes are. */
import fc from 'fast-check';
import { encode, type Codec } from '#coer/codec.js';
import { ccsa, ieee } from '#credentials/profile.js';
import { artefacts } from '#wire/real-artefacts.fixture.js';
import { V2XSecData } from '#wire/secured-data.js';
import { hex } from '../../../../test/support/hex.js';
import { arbitraryOf } from '../../../../test/support/arbitrary-of.js';
import { fieldTree, type Field } from './field-tree.js';
import { hexOf, jsonOf } from './json-value.js';
import { detectableTypes } from './known-types.js';
import { readWhole } from './recognise.js';
import { samples } from './samples.fixture.js';

function* fieldsOf(field: Field): Generator<Field> {
  yield field;
  for (const child of field.children) yield* fieldsOf(child);
}

/** The heads of all fields in their order, which must follow each other without gap and without overlap. */
function expectTiles(tree: Field, bytes: Uint8Array): number {
  let at = 0;
  let leaves = 0;
  for (const { offset, headSize, kind, value, isDefault } of fieldsOf(tree)) {
    if (headSize === 0) continue;
    expect(offset).toBe(at);
    at += headSize;
    if (kind !== 'leaf' || !(value instanceof Uint8Array) || isDefault) continue;
    leaves++;
    expect(hexOf(bytes.subarray(at - value.length, at))).toBe(hexOf(value));
  }
  expect(at).toBe(bytes.length);
  expect([tree.offset, tree.size]).toEqual([0, bytes.length]);
  return leaves;
}

describe('the bytes of a tree', () => {
  it.each(artefacts.map((artefact) => [...artefact] as const))('%s', (_, codec, bytes) => {
    expectTiles(fieldTree(codec, readWhole(codec, bytes, false), ccsa), bytes);
  });

  it('random values of every type that is found without being asked for', () => {
    const met = { fields: 0, leaves: 0 };
    for (const { codec } of detectableTypes) {
      fc.assert(
        fc.property(arbitraryOf(codec), (value) => {
          const bytes = encode(codec, value);
          const tree = fieldTree(codec, readWhole(codec, bytes, false), ieee);
          met.leaves += expectTiles(tree, bytes);
          met.fields += [...fieldsOf(tree)].length;
          expect(JSON.parse(JSON.stringify(jsonOf(tree)))).toEqual(jsonOf(tree));
        }),
        { numRuns: 15 },
      );
    }
    expect(met.fields).toBeGreaterThan(5_000);
    expect(met.leaves).toBeGreaterThan(1_000);
  });

  it('what a later edition wrote has its place too', () => {
    const codec = V2XSecData as Codec<unknown>;
    // HeaderInfo with an addition more than ours, and a signer behind the marker.
    const header = `80 01 6f 02 03 08 03 aabbcc`;
    const bytes = hex(`03 81 02 40 03 80 01 07 ${header} 85 02 0506 84 40 ${'11'.repeat(64)}`);
    const tree = fieldTree(codec, readWhole(codec, bytes, true), ccsa);
    expectTiles(tree, bytes);
    const said = JSON.stringify(jsonOf(tree));
    expect(said).toContain('"...":{"additions":5},"addition 4"');
    expect(said).toContain('"alternative 5":"0506"');
  });
});

describe('what a field is', () => {
  const treeOf = (type: string): Field => {
    const [, , , bytes] = samples.find(([name]) => name === type) as (typeof samples)[number];
    const known = detectableTypes.find(({ name }) => name === type);
    return fieldTree(known?.codec as Codec<unknown>, readWhole(known?.codec as Codec<unknown>, bytes, false), ccsa);
  };

  it('a default is there, with no bytes', () => {
    const defaults = [...fieldsOf(treeOf('Certificate'))].filter(({ isDefault }) => isDefault);
    expect(defaults.map(({ key, value, size }) => [key, value, size])).toEqual([['minChainLength', 1, 0]]);
  });

  it('octets that hold something are opened, by the application around them', () => {
    const opened = [...fieldsOf(treeOf('Certificate'))].filter(({ kind }) => kind === 'opened');
    expect(opened.map(({ key, children }) => [key, children[0]?.key])).toEqual([
      ['opaque', 'ScmsSsp'],
      ['opaque', 'CrlSsp'],
    ]);
  });

  it('a basic safety message has fields, and no bytes of its own', () => {
    const bytes = samples.find(([, , layers]) => layers.endsWith('MessageFrame'))?.[3] as Uint8Array;
    const tree = fieldTree(V2XSecData, readWhole(V2XSecData, bytes, false), ccsa);
    const plain = [...fieldsOf(tree)].filter(
      ({ key }) => ['speed', 'events', 'id'].includes(key) && tree !== undefined,
    );
    expect(plain.map(({ key, value, size }) => [key, value, size])).toEqual(
      expect.arrayContaining([
        ['speed', 6, 0],
        ['events', new Set(), 0],
      ]),
    );
  });
});
