// What a codec is, and the two doors: encodeUper and decodeUper. A codec is a value; TypeScript reads its type off it.
import { BitReader } from './bit-reader.js';
import { BitWriter } from './bit-writer.js';

/** One component of a SEQUENCE or one alternative of a CHOICE. */
export interface ComponentShape {
  readonly key: string;
  readonly codec: Described;
  readonly presence: 'always' | 'optional';
}

/** The structure of a type in the words of ASN.1. A BIT STRING of an extensible size may have another one, too. */
export type Shape =
  | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'enumerated'; readonly values: Readonly<Record<string, number>>; readonly extensible?: true }
  | {
      readonly kind: 'bits';
      readonly size: number;
      readonly bits: Readonly<Record<string, number>>;
      readonly extensible?: true;
    }
  | { readonly kind: 'octets' | 'ia5'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'sequenceOf'; readonly item: Described; readonly minimum: number; readonly maximum: number }
  | {
      readonly kind: 'sequence' | 'choice';
      readonly root: readonly ComponentShape[];
      readonly extensible: boolean;
      /** Always empty: our types are of the first edition, and additions of later ones keep their bytes. */
      readonly extensions: readonly ComponentShape[];
    };

/** A type as those see it who describe it: the ASN.1 comparison, and who shows values by name. */
export interface Described {
  readonly name: string;
  readonly shape: Shape;
}

/** How one ASN.1 type becomes bits of unaligned PER (ITU-T X.691) and back. Reading and writing never look at the shape. */
export interface Codec<T> extends Described {
  /** Throws UperError when the value is outside the type. */
  write(writer: BitWriter, value: T): void;
  /** Throws UperError when the bits are not a valid encoding. */
  read(reader: BitReader): T;
}

/** The TypeScript type of a codec's values. */
export type Infer<C> = C extends Codec<infer T> ? T : never;

/** Far above what a radio frame carries, though a MAP filled to every bound would be longer; what is longer is refused unread. */
export const MAX_MESSAGE_BYTES = 65_535;

/** Encodes one value; throws UperError when it is outside the type. */
export function encodeUper<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new BitWriter();
  writer.enter(codec.name);
  codec.write(writer, value);
  return writer.finish();
}

/**
 * Decodes one whole message. Accepts one spelling only: values in range, padding bits zero, no trailing bytes.
 * Throws UperError with path and bit offset otherwise.
 */
export function decodeUper<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new BitReader(bytes);
  reader.enter(codec.name);
  if (bytes.length > MAX_MESSAGE_BYTES) reader.fail('message too long');
  const value = codec.read(reader);
  refuseTail(reader);
  return value;
}

function refuseTail(reader: BitReader): void {
  // A value of no bits at all still takes one byte (X.691 (2021) 11.1.3), so there eight bits of padding are right.
  const allowed = reader.position === 0 ? 8 : 7;
  if (reader.remaining > allowed) reader.fail('trailing bytes');
  if (reader.position === 0 && reader.remaining < 8) reader.fail('unexpected end');
  if (reader.bits(reader.remaining) !== 0) reader.fail('padding is not zero');
}
