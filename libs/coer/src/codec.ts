/**
 * A type of the standard as a value: how it is written, how it is read, and what TypeScript calls it.
 * The types are inferred from the codecs, so that the bytes and the program cannot drift apart.
 */
import { CoerError } from './coer-error.js';
import { DEFAULT_DEPTH, Reader } from './reader.js';
import { Writer } from './writer.js';

export interface Codec<T> {
  readonly name: string;
  /** What the type is made of, for those who describe it (the ASN.1 comparison); reading and writing never look at it. */
  readonly shape?: Shape | undefined;
  write(writer: Writer, value: T): void;
  read(reader: Reader): T;
}

export type Infer<C> = C extends Codec<infer T> ? T : never;

/** One component of a SEQUENCE or one alternative of a CHOICE. */
export interface ComponentShape {
  readonly key: string;
  readonly codec: Codec<unknown>;
  readonly presence: 'always' | 'optional' | 'default';
  /** The value that stands for an absent component, where `presence` is 'default'. */
  readonly fallback?: unknown;
}

/** The structure of a type in the words of ASN.1; an absent bound is an open one. */
export type Shape =
  | { readonly kind: 'integer'; readonly minimum?: number | bigint; readonly maximum?: number | bigint }
  | { readonly kind: 'enumerated'; readonly values: Readonly<Record<string, number>>; readonly extensible?: true }
  | { readonly kind: 'null' | 'objectIdentifier' }
  | { readonly kind: 'octets'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'bits'; readonly size: number; readonly bits: Readonly<Record<string, number>> }
  | { readonly kind: 'utf8' | 'ia5'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'sequenceOf'; readonly item: Codec<unknown>; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'containing' | 'preserved'; readonly content: Codec<unknown> }
  | { readonly kind: 'same'; readonly as: () => Codec<unknown> }
  | {
      readonly kind: 'sequence' | 'choice';
      readonly root: readonly ComponentShape[];
      readonly extensible: boolean;
      readonly extensions: readonly ComponentShape[];
    };

/** The canonical bytes of a value; refuses a value that the type does not admit. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new Writer();
  codec.write(writer, value);
  return writer.finish();
}

/**
 * As `encode`, but from the values alone: bytes kept by `withBytes` are not copied, they are made again. For those who
 * check that kept bytes say what the value says. Additions that were skipped when reading are not in the result.
 */
export function encodeAfresh<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new Writer(true);
  codec.write(writer, value);
  return writer.finish();
}

/**
 * The value of canonical bytes. Refuses anything but the one spelling: trailing bytes, long lengths, set padding,
 * encoded defaults, nesting deeper than `maximumDepth`. Time and memory are linear in the input. Bytes in the value are
 * views of the input, which must not change afterwards.
 */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array, maximumDepth = DEFAULT_DEPTH): T {
  const reader = new Reader(bytes, maximumDepth);
  const value = codec.read(reader);
  if (reader.remaining > 0) reader.fail('trailing bytes');
  return value;
}

/**
 * As `decode`, for those who show what came and judge nothing. What another edition wrote behind an extension marker is
 * in the value too, and `encode` makes the same bytes of it: an alternative as `{ kind: 'unknown', index, bytes }`, an
 * ENUMERATED value as `unknown-<number>`, additions to a SEQUENCE under the key `...` (`OtherEdition`). Everything else
 * is as strict as `decode`. The result is `unknown` on purpose: code that decides must not meet what it does not know.
 */
export function decodeToShow(codec: Codec<unknown>, bytes: Uint8Array, maximumDepth = DEFAULT_DEPTH): unknown {
  const reader = new Reader(bytes, maximumDepth, true);
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
