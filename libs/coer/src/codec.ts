/**
 * A type of the standard as a value: how it is written, how it is read, and what TypeScript calls it.
 * The types are inferred from the codecs, so that the bytes and the program cannot drift apart.
 */
import { CoerError } from './coer-error.js';
import { DEFAULT_DEPTH, Reader } from './reader.js';
import { Writer } from './writer.js';

export interface Codec<T> {
  readonly name: string;
  write(writer: Writer, value: T): void;
  read(reader: Reader): T;
}

export type Infer<C> = C extends Codec<infer T> ? T : never;

/** The canonical bytes of a value; refuses a value that the type does not admit. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new Writer();
  codec.write(writer, value);
  return writer.finish();
}

/**
 * The value of canonical bytes. Refuses anything but the one spelling: trailing bytes, long lengths, set padding,
 * encoded defaults, nesting deeper than `maximumDepth`. Time and memory are linear in the input.
 */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array, maximumDepth = DEFAULT_DEPTH): T {
  const reader = new Reader(bytes, maximumDepth);
  const value = codec.read(reader);
  if (reader.remaining > 0) reader.fail('trailing bytes');
  return value;
}

/** As `decode`, with the refusal as a value: for bytes from outside. */
export function tryDecode<T>(codec: Codec<T>, bytes: Uint8Array): { ok: true; value: T } | { ok: false; why: string } {
  try {
    return { ok: true, value: decode(codec, bytes) };
  } catch (error) {
    if (error instanceof CoerError) return { ok: false, why: error.message };
    throw error;
  }
}

/** A value that its type does not admit, met while writing. */
export function unwritable(name: string, problem: string): never {
  throw new TypeError(`${name}: ${problem}`);
}
