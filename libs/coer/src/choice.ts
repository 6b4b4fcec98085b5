/** CHOICE; X.696 clause 20. The value is a union told apart by `kind`, so that a switch can be held complete. */
import { encode, unwritable, type Codec, type Infer } from './codec.js';
import { CoerError } from './coer-error.js';

type Alternatives = Record<string, unknown>;
export type ChoiceValue<A> = { [K in keyof A & string]: { kind: K; value: Infer<A[K]> } }[keyof A & string];

interface Alternative {
  readonly kind: string;
  readonly codec: Codec<unknown>;
  readonly open: boolean;
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
  const list: Alternative[] = [
    ...Object.entries(root).map(([kind, codec]) => ({ kind, codec: codec as Codec<unknown>, open: false })),
    ...Object.entries(extensions ?? {}).map(([kind, codec]) => ({ kind, codec: codec as Codec<unknown>, open: true })),
  ];
  const tags = new Map(list.map((alternative, index) => [alternative.kind, index]));
  return {
    name,
    write(writer, { kind, value }) {
      const tag = tags.get(kind);
      if (tag === undefined) return unwritable(name, `${kind} is not an alternative`);
      const { codec, open } = list[tag] as Alternative;
      writer.uint8(0x80 | tag);
      if (!open) return codec.write(writer, value);
      const bytes = encode(codec, value);
      writer.lengthOf(bytes.length);
      writer.bytes(bytes);
    },
    read(reader) {
      const start = reader.offset;
      const tag = reader.uint8();
      const alternative = (tag & 0xc0) === 0x80 ? list[tag & 0x3f] : undefined;
      if (alternative === undefined) return reader.fail(`no alternative ${tag.toString(16)} of ${name}`, start);
      const { kind, codec, open } = alternative;
      try {
        const value = open ? reader.within(reader.length(), (part) => codec.read(part)) : codec.read(reader);
        return { kind, value } as ChoiceValue<R & E>;
      } catch (error) {
        throw error instanceof CoerError ? error.within(kind) : error;
      }
    },
  };
}
