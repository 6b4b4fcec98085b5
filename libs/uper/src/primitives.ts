// The simple types: INTEGER (a..b), ENUMERATED, BIT STRING, OCTET STRING, IA5String.
import type { BitReader } from './bit-reader.js';
import type { BitWriter } from './bit-writer.js';
import type { Codec } from './codec.js';
import { readLength, readSmallNumber, widthOf, writeLength, writeSmallNumber } from './lengths.js';

/** `INTEGER (min..max)`: value − min in the fewest bits (X.691 (2021) 11.5.7.1). The span may take up to 48 bits. */
export function integer(name: string, min: number, max: number): Codec<number> {
  const width = widthOf(max - min);
  return {
    name,
    shape: { kind: 'integer', minimum: min, maximum: max },
    write(writer, value) {
      if (!Number.isInteger(value) || value < min || value > max) writer.fail('out of range');
      writer.bits(width, value - min);
    },
    read(reader) {
      const value = reader.bits(width) + min;
      if (value > max) reader.fail('out of range');
      return value;
    },
  };
}

/** A value of an extensible enumeration that a later edition added; the number counts from the extension marker. */
export type LaterValue = `later-${number}`;

const numbered = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(names.map((name, number) => [name, number]));

/** `ENUMERATED { … }` without an extension marker; values are the identifiers, in order. */
export function enumerated<const N extends readonly string[]>(name: string, names: N): Codec<N[number]> {
  const index = integer(name, 0, names.length - 1);
  return {
    name,
    shape: { kind: 'enumerated', values: numbered(names) },
    write: (writer, value) => index.write(writer, names.indexOf(value)),
    read: (reader) => names[index.read(reader)] as N[number],
  };
}

/** `ENUMERATED { …, ... }`: values of later editions come out as `later-n` and go back the same way. */
export function extensibleEnumerated<const N extends readonly string[]>(
  name: string,
  names: N,
): Codec<N[number] | LaterValue> {
  const root = enumerated(name, names);
  return {
    name,
    shape: { kind: 'enumerated', values: numbered(names), extensible: true },
    write(writer, value) {
      const later = value.startsWith('later-') ? /^later-(\d+)$/.exec(value) : null;
      writer.bit(later !== null);
      if (later === null) root.write(writer, value);
      else writeSmallNumber(writer, Number(later[1]));
    },
    read: (reader) => (reader.bit() ? (`later-${readSmallNumber(reader)}` as const) : root.read(reader)),
  };
}

/** `BIT STRING { names } (SIZE (size))`: exactly `size` bits, bit 0 first; bits behind the named ones have no meaning. */
export function bitString(
  name: string,
  names: readonly string[],
  size: number = names.length,
): Codec<readonly boolean[]> {
  return {
    name,
    shape: { kind: 'bits', size, bits: numbered(names) },
    write(writer, value) {
      if (value.length !== size) writer.fail('wrong number of bits');
      for (const bit of value) writer.bit(bit);
    },
    read: (reader) => readBits(reader, size),
  };
}

/**
 * `BIT STRING { names } (SIZE (size, ...))`, as many as there are names: another size is sent with a length of its own
 * (X.691 (2021) 16.6).
 */
export function extensibleBitString(name: string, names: readonly string[]): Codec<readonly boolean[]> {
  const size = names.length;
  return {
    name,
    shape: { kind: 'bits', size, bits: numbered(names), extensible: true },
    write(writer, value) {
      writer.bit(value.length !== size);
      if (value.length !== size) writeLength(writer, value.length);
      for (const bit of value) writer.bit(bit);
    },
    read(reader) {
      if (!reader.bit()) return readBits(reader, size);
      const length = readLength(reader);
      if (length === size) reader.fail('root size is spelled as an extension');
      return readBits(reader, length);
    },
  };
}

function readBits(reader: BitReader, count: number): readonly boolean[] {
  if (count > reader.remaining) reader.fail('unexpected end');
  const bits: boolean[] = [];
  for (let bit = 0; bit < count; bit++) bits.push(reader.bit());
  return bits;
}

/** `OCTET STRING (SIZE (min..max))`; a fixed size has no count. Never aligned, whatever its size. */
export function octetString(name: string, min: number, max: number = min): Codec<Uint8Array> {
  const width = widthOf(max - min);
  return {
    name,
    shape: { kind: 'octets', minimum: min, maximum: max },
    write(writer, value) {
      writeCount(writer, value.length, min, max, width);
      writer.octets(value);
    },
    read: (reader) => reader.octets(readCount(reader, min, max, width)),
  };
}

/** `IA5String (SIZE (min..max))`: seven bits a character (X.691 (2021) 30.5.3, unaligned). */
export function ia5String(name: string, min: number, max: number): Codec<string> {
  const width = widthOf(max - min);
  return {
    name,
    shape: { kind: 'ia5', minimum: min, maximum: max },
    write(writer, value) {
      writeCount(writer, value.length, min, max, width);
      for (let at = 0; at < value.length; at++) {
        if (value.charCodeAt(at) > 127) writer.fail('not an IA5 character');
        writer.bits(7, value.charCodeAt(at));
      }
    },
    read(reader) {
      const count = readCount(reader, min, max, width);
      return Array.from({ length: count }, () => String.fromCharCode(reader.bits(7))).join('');
    },
  };
}

/** Writes a count of `SIZE (min..max)`. */
export function writeCount(writer: BitWriter, count: number, min: number, max: number, width: number): void {
  if (count < min || count > max) writer.fail('size out of range');
  writer.bits(width, count - min);
}

/** Reads a count of `SIZE (min..max)`. */
export function readCount(reader: BitReader, min: number, max: number, width: number): number {
  const count = reader.bits(width) + min;
  if (count > max) reader.fail('size out of range');
  return count;
}
