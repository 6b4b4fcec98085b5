/** CHOICE; X.696 clause 20. The value is a union told apart by `kind`, so that a switch can be held complete. */
import { unwritable, type Codec, type ComponentShape, type Infer } from './codec.js';
import { through } from './coer-error.js';
import type { Writer } from './writer.js';

type Alternatives = Record<string, Codec<unknown>>;
export type ChoiceValue<A> = { [K in keyof A & string]: { kind: K; value: Infer<A[K]> } }[keyof A & string];

/** An alternative behind the marker that our edition does not list. Only `decodeToShow` hands it out. */
export interface UnknownAlternative {
  readonly kind: 'unknown';
  readonly index: number;
  /** The content of the open type. */
  readonly bytes: Uint8Array;
}

interface Alternative extends ComponentShape {
  readonly tag: number;
  /** Behind the extension marker: wrapped as an open type. */
  readonly open: boolean;
}

/** Tags from 63 on take more than one byte (X.696 clause 8.7); no type of the standards has so many alternatives. */
const MAXIMUM_ALTERNATIVES = 63;

function alternativesOf(name: string, root: Alternatives, extensions: Alternatives): Alternative[] {
  const rootCount = Object.keys(root).length;
  const list = [...Object.entries(root), ...Object.entries(extensions)].map(([key, codec], tag) => {
    return { key, codec, presence: 'always' as const, tag, open: tag >= rootCount };
  });
  if (list.length > MAXIMUM_ALTERNATIVES)
    throw new RangeError(`${name}: more than ${MAXIMUM_ALTERNATIVES} alternatives`);
  return list;
}

function writeUnknown(writer: Writer, { index, bytes }: UnknownAlternative): void {
  writer.uint8(0x80 | index);
  writer.lengthOf(bytes.length);
  writer.bytes(bytes);
}

/**
 * CHOICE with its root alternatives and, behind the extension marker, `extensions`: their numbers go on and they are
 * wrapped as open types. An alternative that is not listed is refused: every one we do not know decides something.
 * `decodeToShow` alone takes those behind the marker.
 */
export function choice<R extends Alternatives, E extends Alternatives = Record<never, never>>(
  name: string,
  root: R,
  extensions?: E,
): Codec<ChoiceValue<R & E>> {
  const list = alternativesOf(name, root, extensions ?? {});
  const byKind = new Map(list.map((alternative) => [alternative.key, alternative]));
  const isUnknown = (index: number): boolean =>
    extensions !== undefined && index >= list.length && index < MAXIMUM_ALTERNATIVES;
  return {
    name,
    shape: {
      kind: 'choice',
      root: list.filter(({ open }) => !open),
      extensible: extensions !== undefined,
      extensions: list.filter(({ open }) => open),
    },
    write(writer, choice) {
      const { kind, value } = choice;
      const alternative = byKind.get(kind);
      if (alternative === undefined) {
        const other = choice as unknown as UnknownAlternative;
        if (other.kind !== 'unknown' || !isUnknown(other.index)) unwritable(name, `${kind} is not an alternative`);
        return writeUnknown(writer, other);
      }
      writer.uint8(0x80 | alternative.tag);
      if (alternative.open) writer.wrapped(alternative.codec, value);
      else alternative.codec.write(writer, value);
    },
    read(reader) {
      const start = reader.offset;
      const tag = reader.uint8();
      // Context class and one byte only: everything else is a tag that is not ours, or not the shortest spelling of it.
      const alternative = (tag & 0xc0) === 0x80 ? list[tag & 0x3f] : undefined;
      if (alternative === undefined) {
        const index = (tag & 0xc0) === 0x80 ? tag & 0x3f : Infinity;
        if (!reader.tolerant || !isUnknown(index)) reader.fail(`no alternative ${tag.toString(16)} of ${name}`, start);
        const other: UnknownAlternative = { kind: 'unknown', index, bytes: reader.take(reader.length()) };
        return other as unknown as ChoiceValue<R & E>;
      }
      const { key, codec, open } = alternative;
      try {
        const value = open ? reader.within(reader.length(), (part) => codec.read(part)) : codec.read(reader);
        return { kind: key, value } as ChoiceValue<R & E>;
      } catch (error) {
        throw through(key, error);
      }
    },
  };
}
