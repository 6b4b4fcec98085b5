/** SEQUENCE and SEQUENCE OF; X.696 clauses 16 and 17. */
import { CoerError } from './coer-error.js';
import { encode, unwritable, type Codec } from './codec.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

export interface Optional<T> {
  readonly presence: 'optional';
  readonly codec: Codec<T>;
}
export interface Defaulted<T> {
  readonly presence: 'default';
  readonly codec: Codec<T>;
  readonly isDefault: (value: T) => boolean;
  readonly value: T;
}
type Field = Codec<never> | Optional<never> | Defaulted<never>;
type AnyField = { [K in keyof Codec<unknown>]: unknown } | { presence: string; codec: unknown };

export const optional = <T>(codec: Codec<T>): Optional<T> => ({ presence: 'optional', codec });

/** DEFAULT: never encoded when equal to the default, always present in the value. */
export function withDefault<T>(codec: Codec<T>, value: T): Defaulted<T> {
  const canonical = String(encode(codec, value));
  return { presence: 'default', codec, value, isDefault: (other) => String(encode(codec, other)) === canonical };
}

type ValueOf<F> = F extends Optional<infer T> ? T : F extends Defaulted<infer T> ? T : F extends Codec<infer T> ? T : never;
type OptionalKeys<F> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };
export type SequenceValue<F, A = object> = Flat<
  { [K in Exclude<keyof F, OptionalKeys<F>>]: ValueOf<F[K]> } & { [K in OptionalKeys<F>]?: ValueOf<F[K]> | undefined } & {
    [K in keyof A]?: ValueOf<A[K]> | undefined;
  }
>;

interface Member {
  readonly key: string;
  readonly codec: Codec<unknown>;
  readonly presence: 'always' | 'optional' | 'default';
  readonly bit: number;
  readonly isDefault: (value: unknown) => boolean;
  readonly fallback: unknown;
}

function membersOf(fields: Record<string, AnyField>, firstBit: number): Member[] {
  let bit = firstBit;
  return Object.entries(fields).map(([key, field]) => {
    if (!('presence' in field)) {
      const codec = field as unknown as Codec<unknown>;
      return { key, codec, presence: 'always', bit: -1, isDefault: () => false, fallback: undefined };
    }
    const { codec, presence, isDefault, value } = field as unknown as Defaulted<unknown> & { presence: 'optional' | 'default' };
    return { key, codec, presence, bit: bit++, isDefault: isDefault ?? (() => false), fallback: value };
  });
}

/**
 * SEQUENCE. `marker` says whether the type has an extension marker ("..."); `additions` are what stands behind it,
 * each optional. Additions that are not known are skipped when reading: the bytes keep them where a signature needs them.
 */
export function sequence<F extends Record<string, Field | AnyField>, A extends Record<string, AnyField> = object & Record<never, never>>(
  name: string,
  fields: F,
  marker?: { readonly additions?: A },
): Codec<SequenceValue<F, A>> {
  const extensible = marker !== undefined;
  const members = membersOf(fields as Record<string, AnyField>, extensible ? 1 : 0);
  const additions = membersOf((marker?.additions ?? {}) as Record<string, AnyField>, 0);
  const bitCount = (extensible ? 1 : 0) + members.filter((member) => member.presence !== 'always').length;
  const preambleSize = Math.ceil(bitCount / 8);
  return {
    name,
    write(writer, value) {
      writeSequence(writer, value as Record<string, unknown>, members, additions, preambleSize);
    },
    read(reader) {
      return readSequence(reader, members, additions, { extensible, bitCount, preambleSize }) as SequenceValue<F, A>;
    },
  };
}

function isSent(member: Member, value: unknown): boolean {
  if (value === undefined) return false;
  return member.presence === 'default' ? !member.isDefault(value) : true;
}

function writeSequence(writer: Writer, value: Record<string, unknown>, members: Member[], additions: Member[], preambleSize: number): void {
  const preamble = new Uint8Array(preambleSize);
  const extras = additions.filter((member) => value[member.key] !== undefined);
  if (extras.length > 0) setBit(preamble, 0);
  for (const member of members) if (member.bit >= 0 && isSent(member, value[member.key])) setBit(preamble, member.bit);
  writer.bytes(preamble);
  for (const member of members) {
    const item = value[member.key];
    if (member.presence === 'always' && item === undefined) unwritable(member.key, 'is missing');
    if (member.presence === 'always' || isSent(member, item)) member.codec.write(writer, item);
  }
  if (extras.length > 0) writeAdditions(writer, value, additions);
}

function writeAdditions(writer: Writer, value: Record<string, unknown>, additions: Member[]): void {
  const bitmap = new Uint8Array(Math.ceil(additions.length / 8));
  additions.forEach((member, index) => value[member.key] !== undefined && setBit(bitmap, index));
  writer.lengthOf(bitmap.length + 1);
  writer.uint8(bitmap.length * 8 - additions.length);
  writer.bytes(bitmap);
  for (const member of additions) {
    const item = value[member.key];
    if (item === undefined) continue;
    const bytes = encode(member.codec, item);
    writer.lengthOf(bytes.length);
    writer.bytes(bytes);
  }
}

function readSequence(
  reader: Reader,
  members: Member[],
  additions: Member[],
  shape: { extensible: boolean; bitCount: number; preambleSize: number },
): Record<string, unknown> {
  const start = reader.offset;
  const preamble = reader.take(shape.preambleSize);
  for (let bit = shape.bitCount; bit < preamble.length * 8; bit++) {
    if (hasBit(preamble, bit)) reader.fail('an unused preamble bit is set', start);
  }
  const value: Record<string, unknown> = {};
  for (const member of members) readMember(reader, member, preamble, value);
  if (shape.extensible && hasBit(preamble, 0)) readAdditions(reader, additions, value);
  return value;
}

function readMember(reader: Reader, member: Member, preamble: Uint8Array, value: Record<string, unknown>): void {
  if (member.bit >= 0 && !hasBit(preamble, member.bit)) {
    if (member.presence === 'default') value[member.key] = member.fallback;
    return;
  }
  const start = reader.offset;
  try {
    const item = member.codec.read(reader);
    if (member.isDefault(item)) reader.fail('the default is encoded', start);
    value[member.key] = item;
  } catch (error) {
    throw error instanceof CoerError ? error.within(member.key) : error;
  }
}

function readAdditions(reader: Reader, additions: Member[], value: Record<string, unknown>): void {
  const start = reader.offset;
  const size = reader.length();
  if (size < 2) reader.fail('extension bitmap without bits', start);
  const unused = reader.uint8();
  const bitmap = reader.take(size - 1);
  const count = bitmap.length * 8 - unused;
  if (unused > 7) reader.fail('extension bitmap with a wrong padding', start);
  for (let bit = count; bit < bitmap.length * 8; bit++) if (hasBit(bitmap, bit)) reader.fail('extension bitmap with set padding', start);
  if (bitmap.every((byte) => byte === 0)) reader.fail('extension bitmap without an addition', start);
  for (let index = 0; index < count; index++) {
    if (!hasBit(bitmap, index)) continue;
    const length = reader.length();
    const member = additions[index];
    if (member === undefined) reader.take(length);
    else reader.within(length, (part) => readMember(part, { ...member, bit: -1 }, bitmap, value));
  }
}

function setBit(bits: Uint8Array, position: number): void {
  bits[position >> 3] = (bits[position >> 3] as number) | (0x80 >> (position & 7));
}

function hasBit(bits: Uint8Array, position: number): boolean {
  return ((bits[position >> 3] as number) & (0x80 >> (position & 7))) !== 0;
}

/** SEQUENCE OF (SIZE (minimum..maximum)): quantity and items. */
export function sequenceOf<T>(item: Codec<T>, minimum = 0, maximum = Infinity): Codec<T[]> {
  const name = `SequenceOf${item.name}`;
  return {
    name,
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
      throw error instanceof CoerError ? error.within(`[${index}]`) : error;
    }
  }
  return values;
}
