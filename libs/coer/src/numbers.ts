/** INTEGER, ENUMERATED and NULL; X.696 clauses 10, 11 and 15. */
import { unwritable, type Codec } from './codec.js';
import { unsignedSize } from './writer.js';

/** INTEGER with bounds that fit `size` unsigned bytes; the bounds may be narrower than the bytes. */
function unsignedInteger(name: string, size: number, maximum = 256 ** size - 1): Codec<number> {
  return {
    name,
    shape: { kind: 'integer', minimum: 0, maximum },
    write(writer, value) {
      if (!Number.isInteger(value) || value < 0 || value > maximum) unwritable(name, `${value} is out of range`);
      writer.unsigned(value, size);
    },
    read(reader) {
      const value = reader.unsigned(size);
      if (value > maximum) reader.fail(`${value} is over ${maximum}`, reader.offset - size);
      return value;
    },
  };
}

export const uint8 = (name: string, maximum?: number): Codec<number> => unsignedInteger(name, 1, maximum);
export const uint16 = (name: string): Codec<number> => unsignedInteger(name, 2);
export const uint32 = (name: string): Codec<number> => unsignedInteger(name, 4);

/** INTEGER (0..18446744073709551615): eight bytes, a bigint. */
export function uint64(name: string): Codec<bigint> {
  return {
    name,
    shape: { kind: 'integer', minimum: 0n, maximum: (1n << 64n) - 1n },
    write(writer, value) {
      if (value < 0n || value >= 1n << 64n) unwritable(name, `${value} is out of range`);
      writer.unsigned(Number(value >> 32n), 4);
      writer.unsigned(Number(value & 0xffffffffn), 4);
    },
    read: (reader) => (BigInt(reader.unsigned(4)) << 32n) | BigInt(reader.unsigned(4)),
  };
}

/** INTEGER with a negative lower bound that fits four bytes, two's complement. */
export function int32(name: string, minimum: number, maximum: number): Codec<number> {
  return {
    name,
    shape: { kind: 'integer', minimum, maximum },
    write(writer, value) {
      if (!Number.isInteger(value) || value < minimum || value > maximum) unwritable(name, `${value} is out of range`);
      writer.unsigned(value < 0 ? value + 2 ** 32 : value, 4);
    },
    read(reader) {
      const value = reader.unsigned(4) | 0;
      if (value < minimum || value > maximum) reader.fail(`${value} is out of range`, reader.offset - 4);
      return value;
    },
  };
}

/** INTEGER (0..MAX), up to 48 bits: a length byte and the shortest unsigned form. */
export function unsignedUnbounded(name: string): Codec<number> {
  return {
    name,
    shape: { kind: 'integer', minimum: 0 },
    write(writer, value) {
      if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 48) unwritable(name, `${value} is out of range`);
      writer.quantity(value);
    },
    read(reader) {
      const start = reader.offset;
      const size = reader.length();
      if (size === 0 || size > 6) reader.fail('integer of an unsupported size', start);
      const value = reader.unsigned(size);
      if (unsignedSize(value) !== size) reader.fail('integer is not in its shortest form', start);
      return value;
    },
  };
}

/** INTEGER without bounds, up to 32 bits: a length byte and the shortest two's complement. */
export function integer(name: string): Codec<number> {
  return {
    name,
    shape: { kind: 'integer' },
    write(writer, value) {
      if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 31)
        unwritable(name, `${value} is out of range`);
      const size = signedSize(value);
      writer.lengthOf(size);
      writer.unsigned(value < 0 ? value + 256 ** size : value, size);
    },
    read(reader) {
      const start = reader.offset;
      const size = reader.length();
      if (size === 0 || size > 4) reader.fail('integer of an unsupported size', start);
      const raw = reader.unsigned(size);
      const value = raw >= 256 ** size / 2 ? raw - 256 ** size : raw;
      if (signedSize(value) !== size) reader.fail('integer is not in its shortest form', start);
      return value;
    },
  };
}

function signedSize(value: number): number {
  let size = 1;
  while (value < -(256 ** size) / 2 || value >= 256 ** size / 2) size++;
  return size;
}

/** How `decodeToShow` calls an ENUMERATED value behind the marker that our edition does not list. */
const UNKNOWN_VALUE = /^unknown-(\d{1,3})$/;

/**
 * ENUMERATED: one byte. `marker` says whether the type has an extension marker ("..."); values behind it are listed like
 * the others. An unlisted one is refused; `decodeToShow` alone takes it, where there is a marker.
 */
export function enumerated<const V extends Record<string, number>>(
  name: string,
  values: V,
  marker?: object,
): Codec<keyof V & string> {
  const extensible = marker !== undefined;
  const isUnknown = (number: number): boolean => extensible && number <= 127 && !names.has(number);
  const numbers = new Map(Object.entries(values));
  const names = new Map(Object.entries(values).map(([key, value]) => [value, key]));
  // X.696 clause 11: values up to 127 take the short form, one byte; the standards have no others.
  if ([...names.keys()].some((value) => value < 0 || value > 127))
    throw new RangeError(`${name}: a value does not fit one byte`);
  return {
    name,
    shape: extensible ? { kind: 'enumerated', values, extensible } : { kind: 'enumerated', values },
    write(writer, value) {
      const number = numbers.get(value) ?? Number(UNKNOWN_VALUE.exec(value)?.[1] ?? NaN);
      if (!numbers.has(value) && !isUnknown(number)) unwritable(name, `${value} is not a value of it`);
      writer.uint8(number);
    },
    read(reader) {
      const number = reader.uint8();
      const known = names.get(number);
      if (known !== undefined) return known;
      if (!reader.tolerant || !isUnknown(number)) reader.fail(`unknown value ${number} of ${name}`, reader.offset - 1);
      return `unknown-${number}`;
    },
  };
}

/** NULL: no bytes. */
export const nothing: Codec<null> = { name: 'NULL', shape: { kind: 'null' }, write: () => undefined, read: () => null };
