/** CHOICE; X.696 clause 20. The value is a union told apart by `kind`, so that a switch can be held complete. */
import { unwritable, type Codec, type ComponentShape, type Infer } from './codec.js';
import { through } from './coer-error.js';

type Alternatives = Record<string, Codec<unknown>>;
export type ChoiceValue<A> = { [K in keyof A & string]: { kind: K; value: Infer<A[K]> } }[keyof A & string];

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

/**
 * CHOICE with its root alternatives and, behind the extension marker, `extensions`: their numbers go on and they are
 * wrapped as open types. An alternative that is not listed is refused: every one we do not know decides something.
 */
export function choice<R extends Alternatives, E extends Alternatives = Record<never, never>>(
  name: string,
  root: R,
  extensions?: E,
): Codec<ChoiceValue<R & E>> {
  const list = alternativesOf(name, root, extensions ?? {});
  const byKind = new Map(list.map((alternative) => [alternative.key, alternative]));
  return {
    name,
    shape: {
      kind: 'choice',
      root: list.filter(({ open }) => !open),
      extensible: extensions !== undefined,
      extensions: list.filter(({ open }) => open),
    },
    write(writer, { kind, value }) {
      const alternative = byKind.get(kind);
      if (alternative === undefined) return unwritable(name, `${kind} is not an alternative`);
      writer.uint8(0x80 | alternative.tag);
      if (alternative.open) writer.wrapped(alternative.codec, value);
      else alternative.codec.write(writer, value);
    },
    read(reader) {
      const start = reader.offset;
      const tag = reader.uint8();
      // Context class and one byte only: everything else is a tag that is not ours, or not the shortest spelling of it.
      const alternative = (tag & 0xc0) === 0x80 ? list[tag & 0x3f] : undefined;
      if (alternative === undefined) return reader.fail(`no alternative ${tag.toString(16)} of ${name}`, start);
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
