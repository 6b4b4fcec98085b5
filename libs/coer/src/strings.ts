/** OCTET STRING, BIT STRING, UTF8String, IA5String; X.696 clauses 14, 13, 27. */
import { unwritable, type Codec } from './codec.js';

/** OCTET STRING (SIZE (n)): n bytes. Bytes read are views of the input. */
export function octets(name: string, size: number): Codec<Uint8Array> {
  return {
    name,
    shape: { kind: 'octets', minimum: size, maximum: size },
    write(writer, value) {
      if (value.length !== size) unwritable(name, `${value.length} bytes where ${size} are due`);
      writer.bytes(value);
    },
    read: (reader) => reader.take(size),
  };
}

/** OCTET STRING (SIZE (minimum..maximum)): length and bytes. */
export function octetString(name: string, minimum = 0, maximum = Infinity): Codec<Uint8Array> {
  return {
    name,
    shape: { kind: 'octets', minimum, maximum },
    write(writer, value) {
      if (value.length < minimum || value.length > maximum) unwritable(name, `${value.length} bytes`);
      writer.lengthOf(value.length);
      writer.bytes(value);
    },
    read(reader) {
      const start = reader.offset;
      const length = reader.length();
      if (length < minimum || length > maximum) reader.fail(`${length} bytes`, start);
      return reader.take(length);
    },
  };
}

const utf8Reader = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Writer = new TextEncoder();

/** UTF8String (SIZE (0..maximum)); the size counts characters in ASN.1, code points here. */
export function utf8String(name: string, maximum: number): Codec<string> {
  return {
    name,
    shape: { kind: 'utf8', minimum: 0, maximum },
    write(writer, value) {
      if (codePoints(value) > maximum || /\p{Surrogate}/u.test(value)) unwritable(name, 'too long or not well formed');
      const bytes = utf8Writer.encode(value);
      writer.lengthOf(bytes.length);
      writer.bytes(bytes);
    },
    read(reader) {
      const start = reader.offset;
      const bytes = reader.take(reader.length());
      const value = decodeUtf8(bytes);
      if (value === undefined) return reader.fail('not UTF-8', start);
      // A character takes at least one byte: short strings need not be counted.
      if (bytes.length > maximum && codePoints(value) > maximum) reader.fail('too long', start);
      return value;
    },
  };
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8Reader.decode(bytes);
  } catch (error) {
    // By its code: the decoder may belong to another realm, whose TypeError is not ours.
    if ((error as { code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return undefined;
    throw error;
  }
}

/** IA5String: seven-bit characters. */
export function ia5String(name: string, maximum = Infinity): Codec<string> {
  return {
    name,
    shape: { kind: 'ia5', minimum: 0, maximum },
    write(writer, value) {
      const bytes = utf8Writer.encode(value);
      if (bytes.length > maximum || bytes.some((byte) => byte > 0x7f)) unwritable(name, 'too long or not IA5');
      writer.lengthOf(bytes.length);
      writer.bytes(bytes);
    },
    read(reader) {
      const start = reader.offset;
      const bytes = reader.take(reader.length());
      if (bytes.length > maximum || bytes.some((byte) => byte > 0x7f)) reader.fail('too long or not IA5', start);
      return utf8Reader.decode(bytes);
    },
  };
}

/** A bit to which the standard gives no name; it means nothing, and is not lost. */
export type UnnamedBit = `bit${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`;

/**
 * BIT STRING { … } (SIZE (8)): exactly one byte, bit 0 is 0x80. The value is the set of the bits that are set, by their
 * names; one without a name is called by its number, such as `bit7`.
 */
export function bits8<const B extends Record<string, number>>(
  name: string,
  bits: B,
): Codec<ReadonlySet<(keyof B & string) | UnnamedBit>> {
  const names = new Map(Object.entries(bits).map(([key, position]) => [position, key]));
  const masks = Array.from({ length: 8 }, (_, position) => {
    return [(names.get(position) ?? `bit${position}`) as (keyof B & string) | UnnamedBit, 0x80 >> position] as const;
  });
  return {
    name,
    shape: { kind: 'bits', size: 8, bits },
    write(writer, value) {
      writer.uint8(masks.reduce((sum, [key, mask]) => (value.has(key) ? sum | mask : sum), 0));
    },
    read(reader) {
      const byte = reader.uint8();
      return new Set(masks.filter(([, mask]) => (byte & mask) !== 0).map(([key]) => key));
    },
  };
}
