// Random values of a type, made from the codec's own shape: whatever a codec can say, a property test can try.
import fc from 'fast-check';
import type { Codec, Described } from './codec.js';

/** Lists and strings stay short: many small values find more than few long ones. */
const FEW = 2;

const bits = (size: number): fc.Arbitrary<boolean[]> => fc.array(fc.boolean(), { minLength: size, maxLength: size });

/** Extension additions, alternatives and enumerated values of a later edition. */
const bytes = fc.uint8Array({ minLength: 1, maxLength: 5 });
const additions = fc
  .array(fc.option(bytes, { nil: undefined }), { minLength: 1, maxLength: FEW })
  .filter((list) => list.some((addition) => addition !== undefined));
const laterNumber = fc.nat({ max: 63 });

/** Values of `codec`, both ends of every range among them, and what a later edition might add. */
export const arbitraryOf = <T>(codec: Codec<T>): fc.Arbitrary<T> => valuesOf(codec) as fc.Arbitrary<T>;

function valuesOf({ shape }: Described): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'integer':
      return fc.integer({ min: shape.minimum, max: shape.maximum });
    case 'enumerated': {
      const known = fc.constantFrom(...Object.keys(shape.values));
      return shape.extensible === true ? mostly(known, laterNumber.map((number) => `later-${number}`)) : known; // prettier-ignore
    }
    case 'bits':
      return shape.extensible === true ? mostly(bits(shape.size), fc.array(fc.boolean(), { maxLength: 20 })) : bits(shape.size); // prettier-ignore
    case 'octets':
      return fc.uint8Array({ minLength: shape.minimum, maxLength: Math.min(shape.maximum, shape.minimum + FEW) });
    case 'ia5':
      return fc.string({ unit: 'binary-ascii', minLength: shape.minimum, maxLength: Math.min(shape.maximum, 12) });
    case 'sequenceOf':
      return fc.array(valuesOf(shape.item), {
        minLength: shape.minimum,
        maxLength: Math.min(shape.maximum, shape.minimum + FEW),
      });
    case 'sequence': {
      const fields = Object.fromEntries(shape.root.map(({ key, codec }) => [key, valuesOf(codec)]));
      const requiredKeys = shape.root.filter(({ presence }) => presence === 'always').map(({ key }) => key);
      const known = fc.record(fields, { requiredKeys, noNullPrototype: true });
      if (!shape.extensible) return known;
      const extended = fc.tuple(known, additions).map(([value, laterAdditions]) => ({ ...value, laterAdditions }));
      return mostly(known, extended);
    }
    case 'choice': {
      const root = fc.oneof(
        ...shape.root.map(({ key, codec }) => fc.record({ kind: fc.constant(key), value: valuesOf(codec) })),
      );
      const later = fc.record({ kind: fc.constant('later'), index: laterNumber, value: bytes });
      return shape.extensible ? mostly(root, later) : root;
    }
  }
}

const mostly = (usual: fc.Arbitrary<unknown>, seldom: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 19, arbitrary: usual }, { weight: 1, arbitrary: seldom });
