/** Random values of a type, made from the codec's own shape: whatever a codec can say, a property test can try. */
import fc from 'fast-check';
import type { Codec, ComponentShape } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';

/** Strings, lists and octet strings stay short: the codecs do not care, and many small values find more than few long ones. */
const FEW = 3;
const SHORT = 12;

/** Values of `codec`, in which types that contain themselves nest at most `depth` deep. */
export function arbitraryOf<T>(codec: Codec<T>, depth = 2): fc.Arbitrary<T> {
  const found = arbitraryWithin(codec, depth);
  if (found === undefined) throw new Error(`${codec.name}: no value of it is that shallow`);
  return found as fc.Arbitrary<T>;
}

/** `undefined` when every value would nest deeper. */
function arbitraryWithin(codec: Codec<unknown>, depth: number): fc.Arbitrary<unknown> | undefined {
  const shape = codec.shape;
  if (shape === undefined) throw new Error(`${codec.name} does not say what it is made of`);
  switch (shape.kind) {
    case 'integer':
      if (typeof shape.maximum === 'bigint') return fc.bigInt({ min: 0n, max: shape.maximum });
      return fc.oneof(
        fc.integer({
          min: Number(shape.minimum ?? -(2 ** 31)),
          max: Math.min(Number(shape.maximum ?? 2 ** 31 - 1), 2 ** 31 - 1),
        }),
        fc.constantFrom(
          Number(shape.minimum ?? -(2 ** 31)),
          Number(shape.maximum ?? (shape.minimum === 0 ? 2 ** 48 - 1 : 2 ** 31 - 1)),
        ),
      );
    case 'enumerated':
      return fc.constantFrom(...Object.keys(shape.values));
    case 'null':
      return fc.constant(null);
    case 'objectIdentifier':
      return fc
        .tuple(
          fc.constantFrom('0.0', '1.39', '2.0', '2.999'),
          fc.array(fc.bigInt({ min: 0n, max: (1n << 133n) - 1n }), { maxLength: FEW }),
        )
        .map(([first, arcs]) => [first, ...arcs].join('.'));
    case 'octets':
      return fc.uint8Array({
        minLength: shape.minimum,
        maxLength: Math.max(shape.minimum, Math.min(shape.maximum, SHORT)),
      });
    case 'bits':
      return fc.subarray(Object.keys(shape.bits)).map((names) => new Set(names));
    case 'utf8':
      return fc.string({ unit: 'binary', maxLength: Math.min(shape.maximum, SHORT) });
    case 'ia5':
      return fc.string({ unit: 'binary-ascii', maxLength: Math.min(shape.maximum, SHORT) });
    case 'sequenceOf': {
      const item = arbitraryWithin(shape.item, depth);
      if (item === undefined) return shape.minimum === 0 ? fc.constant([]) : undefined;
      return fc.array(item, { minLength: shape.minimum, maxLength: Math.min(shape.maximum, shape.minimum + FEW) });
    }
    case 'containing':
      return arbitraryWithin(shape.content, depth);
    case 'preserved':
      return arbitraryWithin(shape.content, depth)?.map((value) => preserve(shape.content, value));
    case 'same':
      return depth > 0 ? arbitraryWithin(shape.as(), depth - 1) : undefined;
    case 'choice':
      return oneOf([...shape.root, ...shape.extensions], depth);
    case 'sequence':
      return record(shape.root, shape.extensions, depth);
  }
}

function oneOf(alternatives: readonly ComponentShape[], depth: number): fc.Arbitrary<unknown> | undefined {
  const possible = alternatives.flatMap(({ key, codec }) => {
    const value = arbitraryWithin(codec, depth);
    return value === undefined ? [] : [value.map((inner) => ({ kind: key, value: inner }))];
  });
  return possible.length === 0 ? undefined : fc.oneof(...possible);
}

function record(
  root: readonly ComponentShape[],
  additions: readonly ComponentShape[],
  depth: number,
): fc.Arbitrary<unknown> | undefined {
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  const required: string[] = [];
  for (const { key, codec, presence, fallback } of [...root, ...additions]) {
    const value = arbitraryWithin(codec, depth);
    if (value === undefined && presence === 'always') return undefined;
    if (value === undefined) continue;
    fields[key] = presence === 'default' ? fc.oneof(value, fc.constant(fallback)) : value;
    if (presence !== 'optional') required.push(key);
  }
  return fc.record(fields, { requiredKeys: required, noNullPrototype: true });
}
