// The composed types: SEQUENCE with its preamble, SEQUENCE OF, CHOICE.
import type { BitReader } from './bit-reader.js';
import type { BitWriter } from './bit-writer.js';
import type { Codec, ComponentShape, Described, Shape } from './codec.js';
import { readOpenType, readSmallNumber, widthOf, writeOpenType, writeSmallNumber } from './lengths.js';
import { integer, readCount, writeCount } from './primitives.js';

/** A field that may be absent. */
export interface Optional<T> {
  readonly optional: Codec<T>;
}

/** Marks a field OPTIONAL. */
export const optional = <T>(codec: Codec<T>): Optional<T> => ({ optional: codec });

// `never` where a codec consumes values and `unknown` where it makes them: every Codec<T> is one of these.
interface AnyCodec extends Described {
  write(writer: BitWriter, value: never): void;
  read(reader: BitReader): unknown;
}
interface AnyOptional {
  readonly optional: AnyCodec;
}
type Fields = Readonly<Record<string, AnyCodec | AnyOptional>>;
type ValueOf<C> = C extends { read(reader: BitReader): infer T } ? T : never;
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends AnyOptional ? K : never }[keyof F];

/** The object type of a SEQUENCE's fields. */
export type SequenceValue<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: ValueOf<F[K]>;
} & {
  readonly [K in OptionalKeys<F>]?: F[K] extends { readonly optional: infer C } ? ValueOf<C> : never;
};

/** Extension additions of a later edition, kept as they came: one entry an addition, `undefined` where it is absent. */
export interface LaterAdditions {
  readonly laterAdditions?: readonly (Uint8Array | undefined)[];
}

interface Field {
  readonly name: string;
  readonly codec: Codec<unknown>;
  readonly isOptional: boolean;
}

/** `SEQUENCE { … }` without an extension marker. */
export function sequence<F extends Fields>(name: string, fields: F): Codec<SequenceValue<F>> {
  const list = listFields(fields);
  return {
    name,
    shape: sequenceShape(list, false),
    write: (writer, value) => writeFields(writer, list, value as Record<string, unknown>),
    read: (reader) => readFields(reader, list) as SequenceValue<F>,
  };
}

/** `SEQUENCE { …, ... }`: unknown additions are skipped, kept in `laterAdditions` and written back. */
export function extensibleSequence<F extends Fields>(
  name: string,
  fields: F,
): Codec<SequenceValue<F> & LaterAdditions> {
  const list = listFields(fields);
  return {
    name,
    shape: sequenceShape(list, true),
    write(writer, value) {
      const { laterAdditions } = value;
      writer.bit(laterAdditions !== undefined);
      writeFields(writer, list, value as Record<string, unknown>);
      if (laterAdditions !== undefined) writeAdditions(writer, laterAdditions);
    },
    read(reader) {
      const isExtended = reader.bit();
      const value = readFields(reader, list);
      if (isExtended) value['laterAdditions'] = readAdditions(reader);
      return value as SequenceValue<F> & LaterAdditions;
    },
  };
}

function listFields(fields: Fields): readonly Field[] {
  return Object.entries(fields).map(([name, field]) =>
    'optional' in field
      ? { name, codec: field.optional as Codec<unknown>, isOptional: true }
      : { name, codec: field as Codec<unknown>, isOptional: false },
  );
}

function sequenceShape(fields: readonly Field[], extensible: boolean): Shape {
  const root = fields.map(({ name, codec, isOptional }): ComponentShape => ({
    key: name,
    codec,
    presence: isOptional ? 'optional' : 'always',
  }));
  return { kind: 'sequence', root, extensible, extensions: [] };
}

function choiceShape(alternatives: Alternatives, extensible: boolean): Shape {
  const root = Object.entries(alternatives).map(([key, codec]): ComponentShape => ({ key, codec, presence: 'always' }));
  return { kind: 'choice', root, extensible, extensions: [] };
}

function writeFields(writer: BitWriter, fields: readonly Field[], value: Record<string, unknown>): void {
  for (const { name, isOptional } of fields) if (isOptional) writer.bit(value[name] !== undefined);
  for (const { name, codec, isOptional } of fields) {
    const part = value[name];
    if (isOptional && part === undefined) continue;
    writer.enter(name);
    if (part === undefined) writer.fail('missing');
    codec.write(writer, part);
    writer.leave();
  }
}

function readFields(reader: BitReader, fields: readonly Field[]): Record<string, unknown> {
  const present: boolean[] = [];
  for (const { isOptional } of fields) present.push(!isOptional || reader.bit());
  const value: Record<string, unknown> = {};
  for (let index = 0; index < fields.length; index++) {
    if (present[index] !== true) continue;
    const { name, codec } = fields[index] as Field;
    reader.enter(name);
    value[name] = codec.read(reader);
    reader.leave();
  }
  return value;
}

// X.691 (2021) 19.7–19.9: count − 1 as a normally small number, a bit an addition, then each as an open type.
function writeAdditions(writer: BitWriter, additions: readonly (Uint8Array | undefined)[]): void {
  if (additions.every((addition) => addition === undefined)) writer.fail('extension without an addition');
  writeSmallNumber(writer, additions.length - 1);
  for (const addition of additions) writer.bit(addition !== undefined);
  for (const addition of additions) if (addition !== undefined) writeOpenType(writer, addition);
}

function readAdditions(reader: BitReader): readonly (Uint8Array | undefined)[] {
  const count = readSmallNumber(reader) + 1;
  const present = Array.from({ length: count }, () => reader.bit());
  if (!present.includes(true)) reader.fail('extension without an addition');
  return present.map((isPresent) => (isPresent ? readOpenType(reader) : undefined));
}

/** `SEQUENCE (SIZE (min..max)) OF element`. */
export function sequenceOf<T>(name: string, element: Codec<T>, min: number, max: number): Codec<readonly T[]> {
  const width = widthOf(max - min);
  return {
    name,
    shape: { kind: 'sequenceOf', item: element, minimum: min, maximum: max },
    write(writer, value) {
      writeCount(writer, value.length, min, max, width);
      for (let index = 0; index < value.length; index++) {
        writer.enter(index);
        element.write(writer, value[index] as T);
        writer.leave();
      }
    },
    read(reader) {
      const count = readCount(reader, min, max, width);
      const items: T[] = [];
      for (let index = 0; index < count; index++) {
        reader.enter(index);
        items.push(element.read(reader));
        reader.leave();
      }
      return items;
    },
  };
}

type Alternatives = Readonly<Record<string, AnyCodec>>;

/** A CHOICE is a union told apart by `kind`. */
export type ChoiceValue<A extends Alternatives> = {
  [K in keyof A & string]: { readonly kind: K; readonly value: ValueOf<A[K]> };
}[keyof A & string];

/** An alternative that a later edition added: its number after the extension marker, and its encoding. */
export interface LaterAlternative {
  readonly kind: 'later';
  readonly index: number;
  readonly value: Uint8Array;
}

/** `CHOICE { … }` without an extension marker. */
export function choice<A extends Alternatives>(name: string, alternatives: A): Codec<ChoiceValue<A>> {
  const names = Object.keys(alternatives);
  const index = integer(name, 0, names.length - 1);
  return {
    name,
    shape: choiceShape(alternatives, false),
    write(writer, value) {
      index.write(writer, names.indexOf(value.kind));
      const codec = alternatives[value.kind] as Codec<unknown>;
      writer.enter(value.kind);
      codec.write(writer, value.value);
      writer.leave();
    },
    read(reader) {
      const kind = names[index.read(reader)] as keyof A & string;
      const codec = alternatives[kind] as Codec<unknown>;
      reader.enter(kind);
      const value = codec.read(reader);
      reader.leave();
      return { kind, value } as ChoiceValue<A>;
    },
  };
}

/** `CHOICE { …, ... }`: an alternative of a later edition is reported as `later`, not refused. */
export function extensibleChoice<A extends Alternatives>(
  name: string,
  alternatives: A,
): Codec<ChoiceValue<A> | LaterAlternative> {
  const root = choice(name, alternatives);
  return {
    name,
    shape: choiceShape(alternatives, true),
    write(writer, value) {
      writer.bit(value.kind === 'later');
      if (value.kind !== 'later') return root.write(writer, value as ChoiceValue<A>);
      const { index, value: bytes } = value as LaterAlternative;
      writeSmallNumber(writer, index);
      writeOpenType(writer, bytes);
    },
    read(reader) {
      if (!reader.bit()) return root.read(reader);
      return { kind: 'later', index: readSmallNumber(reader), value: readOpenType(reader) };
    },
  };
}
