/**
 * A decoded value as a tree of fields, each with the bytes it takes. Encodings are canonical, so that where a field stands
 * follows from the value: its size is that of its encoding. Octets whose content is known are opened (open-content.ts).
 */
import type { UnknownAlternative } from '#coer/choice.js';
import type { Codec, ComponentShape, Shape } from '#coer/codec.js';
import { DEFAULT_DEPTH } from '#coer/reader.js';
import type { OtherEdition } from '#coer/sequence.js';
import { unsignedSize, Writer } from '#coer/writer.js';
import type { Profile } from '#credentials/profile.js';
import type { Described } from '#uper/codec.js';
import { standardName, typeLabel } from './known-types.js';
import { contentOf, mayHoldContent, type Owner } from './open-content.js';

export interface Field {
  /** Component or alternative as the standard names it, `[n]` of a list, the type's name for opened content. */
  readonly key: string;
  /** The type as the standard names it. */
  readonly type: string;
  /** `opened`: octets with the one child that they hold. `plain`: read bit by bit, no bytes of its own but for the outermost. */
  readonly kind: 'sequence' | 'choice' | 'list' | 'leaf' | 'opened' | 'plain';
  /** First byte, from the start of the file, and how many. None for a default that is not encoded, and for plain fields. */
  readonly offset: number;
  readonly size: number;
  /** How many of them stand before the first child: preamble, tag, length or quantity. All of a leaf. */
  readonly headSize: number;
  readonly value: unknown;
  readonly children: readonly Field[];
  /** Of a plain field: its type in T/CSAE 53, some of which are called as other types here. */
  readonly messageType?: string;
  /** A string of characters. */
  readonly isText?: true;
  /** Not encoded, because it is the default. */
  readonly isDefault?: true;
  /** What a reader should know of it beside its value. */
  readonly note?: string;
}

/** What is known of the surroundings of a field. */
interface Place {
  readonly profile: Profile;
  /** Whose application it is: of the signed data, permission or report around it. */
  readonly psid: number | undefined;
  /** The SEQUENCE around it. */
  readonly owner: Owner;
  /** How many V2XSecData may still nest. */
  readonly depth: number;
  /** Fields are written into it to learn their size. */
  readonly scratch: Writer;
}

interface Spot {
  readonly key: string;
  /** The component or alternative; for the items of a list that of the list. */
  readonly field: string;
  readonly offset: number;
}

type Node<K extends Shape['kind']> = Extract<Shape, { kind: K }>;
type Composite = Node<'sequence' | 'choice'>;

/** The tree of a value that `codec` read. Its root is called as the type. */
export function fieldTree(codec: Codec<unknown>, value: unknown, profile: Profile): Field {
  const key = typeLabel(codec.name, profile.name);
  const owner = { name: '', value: undefined };
  const place = { profile, psid: undefined, owner, depth: DEFAULT_DEPTH, scratch: new Writer() };
  return build(codec, value, { key, field: '', offset: 0 }, place);
}

const lengthSize = (length: number): number => (length < 0x80 ? 1 : 1 + unsignedSize(length));

function sizeOf(codec: Codec<unknown>, value: unknown, { scratch }: Place): number {
  const before = scratch.length;
  codec.write(scratch, value);
  return scratch.length - before;
}

function build(codec: Codec<unknown>, value: unknown, spot: Spot, place: Place): Field {
  const { shape } = codec;
  switch (shape?.kind) {
    case 'sequence':
      return sequenceField(codec.name, shape, value as Record<string, unknown>, spot, place);
    case 'choice':
      return choiceField(codec.name, shape, value as Alternative, spot, place);
    case 'sequenceOf':
      return listField(codec.name, shape, value as unknown[], spot, place);
    case 'preserved': {
      // The value keeps its bytes: what is said of a certificate is said of them.
      const inner = build(shape.content, (value as { value: unknown }).value, spot, place);
      return { ...inner, value };
    }
    case 'containing':
      return wrapped(shape.content, value, spot, place);
    case 'same':
      return build(shape.as(), value, spot, { ...place, depth: place.depth - 1 });
    default:
      return leafField(codec, value, spot, place);
  }
}

/** A value with its length before it, which counts to the head. */
function wrapped(codec: Codec<unknown>, value: unknown, { key, field, offset }: Spot, place: Place): Field {
  const lead = lengthSize(sizeOf(codec, value, place));
  const inner = build(codec, value, { key, field, offset: offset + lead }, place);
  return { ...inner, offset, size: inner.size + lead, headSize: inner.headSize + lead };
}

/** Bytes as they are, behind `lead` others that belong to them. */
function octetsField(key: string, type: string, offset: number, value: Uint8Array, lead: number): Field {
  const size = lead + value.length;
  return { key, type, kind: 'leaf', offset, size, headSize: size, value, children: [] };
}

// ---- SEQUENCE -------------------------------------------------------------------------------------------------------

function sequenceField(
  name: string,
  shape: Composite,
  value: Record<string, unknown>,
  { key, offset: start }: Spot,
  place: Place,
): Field {
  const headSize = preambleSize(shape);
  const inside: Place = {
    profile: place.profile,
    psid: psidOf(name, value) ?? place.psid,
    owner: { name, value },
    depth: place.depth,
    scratch: place.scratch,
  };
  const children: Field[] = [];
  let offset = start + headSize;
  const add = (field: Field): void => {
    children.push(field);
    offset += field.size;
  };
  for (const member of shape.root) {
    const item = value[member.key];
    if (item === undefined) continue;
    if (name === 'EcencP256EncryptedKey' && member.key === 'cAndT')
      splitKey(item as Uint8Array, place.profile, offset).forEach(add);
    else add(memberField(member, item, offset, inside));
  }
  if (shape.extensible) additionFields(shape, value, offset, inside).forEach(add);
  return {
    key,
    type: standardName(name),
    kind: 'sequence',
    offset: start,
    size: offset - start,
    headSize,
    value,
    children,
  };
}

/** One bit for the extension marker, and one for each component that may be absent. */
function preambleSize({ root, extensible }: Composite): number {
  let bits = extensible ? 1 : 0;
  for (const { presence } of root) if (presence !== 'always') bits++;
  return Math.ceil(bits / 8);
}

/** The application that the fields inside belong to, where the type says it. */
function psidOf(name: string, value: Record<string, unknown>): number | undefined {
  if (name === 'SignedData') {
    return (value as { tbsData: { value: { headerInfo: { psid: number } } } }).tbsData.value.headerInfo.psid;
  }
  return (value['psid'] ?? value['aid']) as number | undefined;
}

function memberField(
  { key, codec, presence, fallback }: ComponentShape,
  item: unknown,
  offset: number,
  place: Place,
): Field {
  const field = build(codec, item, { key, field: key, offset }, place);
  // What was read and equals the default was not encoded: a codec refuses it otherwise.
  if (presence !== 'default' || item !== fallback) return field;
  return { ...field, size: 0, headSize: 0, isDefault: true };
}

/** The two fields behind the point stand in the order of the profile. */
function splitKey(cAndT: Uint8Array, profile: Profile, start: number): Field[] {
  return Object.entries(profile.splitEncryptedKey(cAndT))
    .map(([key, part]) => octetsField(key, 'OctetString', start + part.byteOffset - cAndT.byteOffset, part, 0))
    .sort((one, other) => one.offset - other.offset);
}

/** Where `decodeToShow` puts what our edition of a type does not know. */
const OTHER_EDITION = '...';

/** The presence bitmap, and each addition with its length. */
function additionFields(shape: Composite, value: Record<string, unknown>, start: number, place: Place): Field[] {
  const other = value[OTHER_EDITION] as OtherEdition | undefined;
  const known = shape.extensions.filter(({ key }) => value[key] !== undefined);
  if (known.length === 0 && other === undefined) return [];
  const bitmap = bitmapField(other, shape.extensions.length, start);
  const fields = [bitmap];
  let offset = start + bitmap.size;
  const add = (field: Field): void => {
    fields.push(field);
    offset += field.size;
  };
  for (const { key, codec } of known) add(wrapped(codec, value[key], { key, field: key, offset }, place));
  for (const { index, bytes } of other?.unknown ?? []) {
    add(octetsField(`addition ${index}`, 'unknown', offset, bytes, lengthSize(bytes.length)));
  }
  return fields;
}

/** Length, the number of unused bits, and a bit for each addition of the edition that wrote it. */
function bitmapField(other: OtherEdition | undefined, ours: number, offset: number): Field {
  const content = 1 + Math.ceil((other?.count ?? ours) / 8);
  const size = lengthSize(content) + content;
  return {
    key: OTHER_EDITION,
    type: 'extensions',
    kind: 'leaf',
    offset,
    size,
    headSize: size,
    value: other,
    children: [],
  };
}

// ---- CHOICE and SEQUENCE OF -------------------------------------------------------------------------------------------

interface Alternative {
  readonly kind: string;
  readonly value: unknown;
}

function choiceField(name: string, shape: Composite, value: Alternative, { key, offset }: Spot, place: Place): Field {
  const child = alternativeField(shape, value, offset + 1, place);
  const size = child.size + 1;
  return { key, type: standardName(name), kind: 'choice', offset, size, headSize: 1, value, children: [child] };
}

function alternativeField(shape: Composite, choice: Alternative, offset: number, place: Place): Field {
  const isChosen = ({ key }: ComponentShape): boolean => key === choice.kind;
  const spot = { key: choice.kind, field: choice.kind, offset };
  const root = shape.root.find(isChosen);
  if (root !== undefined) return build(root.codec, choice.value, spot, place);
  const open = shape.extensions.find(isChosen);
  if (open !== undefined) return wrapped(open.codec, choice.value, spot, place);
  const { index, bytes } = choice as unknown as UnknownAlternative;
  return octetsField(`alternative ${index}`, 'unknown', offset, bytes, lengthSize(bytes.length));
}

function listField(name: string, shape: Node<'sequenceOf'>, items: unknown[], spot: Spot, place: Place): Field {
  const headSize = 1 + unsignedSize(items.length);
  const { key, field, offset: start } = spot;
  let offset = start + headSize;
  const children = items.map((item, index) => {
    const child = build(shape.item, item, { key: `[${index}]`, field, offset }, place);
    offset += child.size;
    return child;
  });
  return {
    key,
    type: standardName(name),
    kind: 'list',
    offset: start,
    size: offset - start,
    headSize,
    value: items,
    children,
  };
}

// ---- leaves -----------------------------------------------------------------------------------------------------------

function leafField(codec: Codec<unknown>, value: unknown, { key, field, offset }: Spot, place: Place): Field {
  const size = sizeOf(codec, value, place);
  const leaf: Field = { key, type: codec.name, kind: 'leaf', offset, size, headSize: size, value, children: [] };
  switch (codec.shape?.kind) {
    case 'utf8':
    case 'ia5':
      return { ...leaf, isText: true };
    case 'octets':
      return mayHoldContent(place.owner) ? openField(leaf, value as Uint8Array, field, place) : leaf;
    default:
      return leaf;
  }
}

/** Octets with what is in them, as far as that is known and may nest. */
function openField(leaf: Field, octets: Uint8Array, field: string, place: Place): Field {
  const content = contentOf({ ...place, field, octets });
  if (content === undefined) return leaf;
  if (content.kind === 'note') return { ...leaf, note: content.note };
  const headSize = leaf.size - octets.length;
  const offset = leaf.offset + headSize;
  const child =
    content.kind === 'plain'
      ? { ...plainField(content.type.name, offset, content), size: octets.length, headSize: octets.length }
      : build(
          content.codec,
          content.value,
          { key: typeLabel(content.name, place.profile.name), field: '', offset },
          place,
        );
  return { ...leaf, kind: 'opened', headSize, children: [child] };
}

interface Plain {
  /** Nothing is known of what a later edition added. */
  readonly type: Described | undefined;
  readonly value: unknown;
}

/** A value that has no bytes of its own: of a message in PER, whose fields begin and end inside bytes. */
function plainField(key: string, offset: number, { type, value }: Plain): Field {
  const field = (kind: Field['kind'], shown: unknown, inner: readonly [string, Plain][] = []): Field => {
    const children = inner.map(([name, part]) => plainField(name, offset, part));
    const base: Field = { key, type: '', kind, offset, size: 0, headSize: 0, value: shown, children };
    return type === undefined ? base : { ...base, messageType: type.name };
  };
  const shape = type?.shape;
  switch (shape?.kind) {
    case 'sequence': {
      const known = shape.root.map(
        ({ key: name, codec }) => [name, { type: codec, value: membersOf(value)[name] }] as const,
      );
      const later = ['laterAdditions', { type: undefined, value: membersOf(value)['laterAdditions'] }] as const;
      return field('sequence', value, [...known, later].filter(([, part]) => part.value !== undefined).map((part) => [...part])); // prettier-ignore
    }
    case 'choice': {
      const { kind, value: inner } = value as Alternative;
      const chosen = shape.root.find((alternative) => alternative.key === kind);
      return field('choice', value, [[kind, { type: chosen?.codec, value: inner }]]);
    }
    case 'sequenceOf':
      return field('list', value, itemsOf(value as unknown[], shape.item));
    case 'bits':
      return field('plain', bitNames(Object.keys(shape.bits), value as boolean[]));
    case 'ia5':
      return { ...field('plain', value), isText: true };
    default:
      return Array.isArray(value) ? field('list', value, itemsOf(value, undefined)) : field('plain', value ?? null);
  }
}

const membersOf = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;

const itemsOf = (items: unknown[], type: Described | undefined): [string, Plain][] =>
  items.map((value, index) => [`[${index}]`, { type, value }]);

/** The bits that are set, by name or by number. */
const bitNames = (names: readonly string[], bits: readonly boolean[]): Set<string> =>
  new Set(bits.flatMap((isSet, bit) => (isSet ? [names[bit] ?? `bit ${bit}`] : [])));
