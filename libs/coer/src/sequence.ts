/** SEQUENCE; X.696 clause 16. */
import { encode, unwritable, type Codec, type ComponentShape } from './codec.js';
import { through } from './coer-error.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

export interface Optional<T> {
  readonly presence: 'optional';
  readonly codec: Codec<T>;
}
export interface Defaulted<T> {
  readonly presence: 'default';
  readonly codec: Codec<T>;
  readonly value: T;
  isDefault(value: T): boolean;
}
type Field = Codec<unknown> | Optional<unknown> | Defaulted<unknown>;

export const optional = <T>(codec: Codec<T>): Optional<T> => ({ presence: 'optional', codec });

/** DEFAULT: never encoded when equal to the default, always present in the value. */
export function withDefault<T>(codec: Codec<T>, value: T): Defaulted<T> {
  const canonical = encode(codec, value);
  const isDefault = (other: T): boolean => {
    if (other === value) return true;
    const bytes = encode(codec, other);
    return bytes.length === canonical.length && bytes.every((byte, index) => byte === canonical[index]);
  };
  return { presence: 'default', codec, value, isDefault };
}

type ValueOf<F> =
  F extends Optional<infer T> ? T : F extends Defaulted<infer T> ? T : F extends Codec<infer T> ? T : never;
type OptionalKeys<F> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };
export type SequenceValue<F, A = object> = Flat<
  { [K in Exclude<keyof F, OptionalKeys<F>>]: ValueOf<F[K]> } & {
    [K in OptionalKeys<F>]?: ValueOf<F[K]> | undefined;
  } & {
    [K in keyof A]?: ValueOf<A[K]> | undefined;
  }
>;

/** Where `decodeToShow` puts what another edition of a SEQUENCE wrote; no component of ASN.1 can have this name. */
const OTHER_EDITION = '...';

/** An edition of the type with `count` additions wrote it; of those that ours does not know the bytes are here. */
export interface OtherEdition {
  readonly count: number;
  /** In rising order of `index`, which counts from 0 behind the marker. */
  readonly unknown: readonly { readonly index: number; readonly bytes: Uint8Array }[];
}

interface Member extends ComponentShape {
  /** The member's bit in the preamble; 0 for a member that is always there. */
  readonly mask: number;
  readonly isDefault: ((value: unknown) => boolean) | undefined;
}

interface Layout {
  readonly members: readonly Member[];
  readonly additions: readonly ComponentShape[];
  readonly preambleSize: number;
  /** The extension bit of the preamble; 0 without an extension marker. */
  readonly extensionMask: number;
  readonly paddingMask: number;
}

/** The preamble is handled as one small number; the longest of the standards has 8 bits. */
const MAXIMUM_PREAMBLE_BITS = 24;

function layoutOf(
  name: string,
  fields: Record<string, Field>,
  extensible: boolean,
  additions: Record<string, Codec<unknown>>,
): Layout {
  const entries = Object.entries(fields);
  const bitCount = (extensible ? 1 : 0) + entries.filter(([, field]) => 'presence' in field).length;
  if (bitCount > MAXIMUM_PREAMBLE_BITS)
    throw new RangeError(`${name}: more than ${MAXIMUM_PREAMBLE_BITS} optional fields`);
  const preambleSize = Math.ceil(bitCount / 8);
  let mask = 2 ** (preambleSize * 8 - (extensible ? 1 : 0));
  const members = entries.map(([key, field]): Member => {
    if (!('presence' in field)) return { key, codec: field, presence: 'always', mask: 0, isDefault: undefined };
    mask /= 2;
    const { presence, codec } = field;
    if (presence === 'optional') return { key, codec, presence, mask, isDefault: undefined };
    return { key, codec, presence, mask, fallback: field.value, isDefault: (value) => field.isDefault(value) };
  });
  return {
    members,
    additions: Object.entries(additions).map(([key, codec]) => ({ key, codec, presence: 'optional' })),
    preambleSize,
    extensionMask: extensible ? 2 ** (preambleSize * 8 - 1) : 0,
    paddingMask: 2 ** (preambleSize * 8 - bitCount) - 1,
  };
}

/**
 * SEQUENCE. `marker` says whether the type has an extension marker ("..."); `additions` are what stands behind it,
 * each optional. Additions that are not known are skipped when reading: the bytes keep them where a signature needs them,
 * and `decodeToShow` shows them (`OtherEdition`).
 */
export function sequence<
  F extends Record<string, Field>,
  A extends Record<string, Codec<unknown>> = Record<never, never>,
>(name: string, fields: F, marker?: { readonly additions?: A }): Codec<SequenceValue<F, A>> {
  const extensible = marker !== undefined;
  const layout = layoutOf(name, fields, extensible, marker?.additions ?? {});
  return {
    name,
    shape: { kind: 'sequence', root: layout.members, extensible, extensions: layout.additions },
    write: (writer, value) => writeSequence(writer, name, value as Record<string, unknown>, layout),
    read: (reader) => readSequence(reader, layout) as SequenceValue<F, A>,
  };
}

function writeSequence(writer: Writer, name: string, value: Record<string, unknown>, layout: Layout): void {
  const other = layout.extensionMask === 0 ? undefined : (value[OTHER_EDITION] as OtherEdition | undefined);
  const preamble = preambleOf(value, layout) | (other === undefined ? 0 : layout.extensionMask);
  if (layout.preambleSize > 0) writer.unsigned(preamble, layout.preambleSize);
  for (const { key, codec, mask } of layout.members) {
    if (mask === 0 && value[key] === undefined) unwritable(`${name}.${key}`, 'is missing');
    if (mask === 0 || (preamble & mask) !== 0) codec.write(writer, value[key]);
  }
  if ((preamble & layout.extensionMask) !== 0) writeAdditions(writer, name, presentAdditions(value, layout, other));
}

function preambleOf(value: Record<string, unknown>, layout: Layout): number {
  let preamble = 0;
  for (const { key, mask, isDefault } of layout.members) {
    if (mask === 0) continue;
    const item = value[key];
    if (item !== undefined && !(isDefault?.(item) ?? false)) preamble |= mask;
  }
  return layout.additions.some(({ key }) => value[key] !== undefined) ? preamble | layout.extensionMask : preamble;
}

interface Additions {
  /** Bits of the bitmap. */
  readonly count: number;
  readonly present: readonly { readonly index: number; readonly codec: Codec<unknown>; readonly value: unknown }[];
}

const openContent: Codec<unknown> = {
  name: 'OpenType',
  write: (writer, value) => writer.bytes(value as Uint8Array),
  read: (reader) => reader.take(reader.remaining),
};

function presentAdditions(
  value: Record<string, unknown>,
  { additions }: Layout,
  other: OtherEdition | undefined,
): Additions {
  const known = additions.flatMap(({ key, codec }, index) => {
    return value[key] === undefined ? [] : [{ index, codec, value: value[key] }];
  });
  const unknown = (other?.unknown ?? []).map(({ index, bytes }) => ({ index, codec: openContent, value: bytes }));
  return { count: other?.count ?? additions.length, present: [...known, ...unknown] };
}

/** The presence bitmap, a BIT STRING of one bit an addition, and each addition as an open type; X.696 clause 16.4. */
function writeAdditions(writer: Writer, name: string, { count, present }: Additions): void {
  const bitmap = new Uint8Array(Math.ceil(count / 8));
  for (const { index } of present) {
    if (index >= count) unwritable(name, `addition ${index} of ${count}`);
    bitmap[index >> 3] = (bitmap[index >> 3] as number) | (0x80 >> (index & 7));
  }
  writer.lengthOf(bitmap.length + 1);
  writer.uint8(bitmap.length * 8 - count);
  writer.bytes(bitmap);
  for (const { codec, value } of present) writer.wrapped(codec, value);
}

function readSequence(reader: Reader, layout: Layout): Record<string, unknown> {
  const start = reader.offset;
  const preamble = layout.preambleSize > 0 ? reader.unsigned(layout.preambleSize) : 0;
  if ((preamble & layout.paddingMask) !== 0) reader.fail('an unused preamble bit is set', start);
  const value: Record<string, unknown> = {};
  for (const member of layout.members) {
    if (member.mask === 0 || (preamble & member.mask) !== 0) value[member.key] = readMember(reader, member);
    else if (member.presence === 'default') value[member.key] = member.fallback;
  }
  if ((preamble & layout.extensionMask) !== 0) readAdditions(reader, layout.additions, value);
  return value;
}

function readMember(reader: Reader, { key, codec, isDefault }: Member): unknown {
  const start = reader.offset;
  try {
    const item = codec.read(reader);
    if (isDefault?.(item)) reader.fail('the default is encoded', start);
    return item;
  } catch (error) {
    throw through(key, error);
  }
}

function readAdditions(reader: Reader, additions: readonly ComponentShape[], value: Record<string, unknown>): void {
  const { bitmap, count } = readBitmap(reader);
  const unknown: { index: number; bytes: Uint8Array }[] = [];
  for (let index = 0; index < count; index++) {
    if (((bitmap[index >> 3] as number) & (0x80 >> (index & 7))) === 0) continue;
    const addition = additions[index];
    if (addition === undefined) unknown.push({ index, bytes: reader.take(reader.length()) });
    else value[addition.key] = readAddition(reader, addition);
  }
  if (count === additions.length) return;
  reader.otherEditions++;
  if (reader.tolerant) value[OTHER_EDITION] = { count, unknown } satisfies OtherEdition;
}

function readBitmap(reader: Reader): { bitmap: Uint8Array; count: number } {
  const start = reader.offset;
  const size = reader.length();
  if (size < 2) reader.fail('extension bitmap without bits', start);
  const unused = reader.uint8();
  if (unused > 7) reader.fail('extension bitmap with a wrong padding', start);
  const bitmap = reader.take(size - 1);
  const last = bitmap[bitmap.length - 1] as number;
  if ((last & ((1 << unused) - 1)) !== 0) reader.fail('extension bitmap with set padding', start);
  if (bitmap.every((byte) => byte === 0)) reader.fail('extension bitmap without an addition', start);
  return { bitmap, count: bitmap.length * 8 - unused };
}

function readAddition(reader: Reader, { key, codec }: ComponentShape): unknown {
  try {
    return reader.within(reader.length(), (part) => codec.read(part));
  } catch (error) {
    throw through(key, error);
  }
}

/** SEQUENCE OF (SIZE (minimum..maximum)): quantity and items; X.696 clause 17. */
export function sequenceOf<T>(item: Codec<T>, minimum = 0, maximum = Infinity): Codec<T[]> {
  const name = `SequenceOf${item.name}`;
  return {
    name,
    shape: { kind: 'sequenceOf', item, minimum, maximum },
    write(writer, values) {
      if (values.length < minimum || values.length > maximum) unwritable(name, `${values.length} items`);
      writer.quantity(values.length);
      for (const value of values) item.write(writer, value);
    },
    read(reader) {
      const start = reader.offset;
      const count = reader.quantity();
      // Every item of the standards takes at least one byte, so that a huge count cannot ask for memory.
      if (count < minimum || count > maximum || count > reader.remaining) reader.fail(`${count} items`, start);
      return readItems(reader, item, count);
    },
  };
}

function readItems<T>(reader: Reader, item: Codec<T>, count: number): T[] {
  const values: T[] = [];
  for (let index = 0; index < count; index++) {
    try {
      values.push(item.read(reader));
    } catch (error) {
      throw through(`[${index}]`, error);
    }
  }
  return values;
}
