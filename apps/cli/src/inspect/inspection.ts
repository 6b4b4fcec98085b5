/** What one file turns out to be: its type, and a tree of its fields, or why it could not be read. */
import { encodeAfresh, type Codec } from '#coer/codec.js';
import { ccsa, ieee, type Profile } from '#credentials/profile.js';
import type { Certificate } from '#wire/secured-data.js';
import { certificateId } from './certificate-id.js';
import { fieldTree, type Field } from './field-tree.js';
import { foreignFormat } from './foreign-format.js';
import { inferProfile } from './infer-profile.js';
import { inputForms, type Encoding, type InputForm } from './input-form.js';
import { detectableTypes, isSpduName, typeLabel, typesNamed, type KnownType, type ProfileName } from './known-types.js';
import { layersOf } from './layers.js';
import { furthest, nearest, recognise, type Recognised } from './recognise.js';

export interface Wish {
  readonly profile?: ProfileName | undefined;
  /** A name that `typesNamed` knows. */
  readonly type?: string | undefined;
}

interface Common {
  readonly encoding: Encoding;
  /** The data, out of its text where it came as text. */
  readonly bytes: Uint8Array;
  readonly type: string;
}
export interface Decoded extends Common {
  readonly kind: 'decoded';
  readonly profile: Profile;
  readonly codec: Codec<unknown>;
  readonly value: unknown;
  readonly tree: Field;
  /** What it carries, from the outside inwards. */
  readonly layers: readonly string[];
  /** Of a certificate alone. */
  readonly hashedId8?: Uint8Array;
}
export interface Undecoded extends Common {
  readonly kind: 'undecoded';
  readonly error: string;
}
export type Inspection = Decoded | Undecoded;

const PROFILES: Readonly<Record<ProfileName, Profile>> = { ccsa, ieee };

/** Never throws for what stands in a file. */
export function inspectBytes(file: Uint8Array, wish: Wish): Inspection {
  const outcomes: Undecoded[] = [];
  for (const form of inputForms(file)) {
    const outcome = wish.type === undefined ? guess(form, wish.profile) : readAs(form, wish.type, wish.profile);
    if (outcome.kind === 'decoded' || wish.type !== undefined) return outcome;
    outcomes.push(outcome);
  }
  // Text that could be base64 is taken for it only where that leads somewhere.
  return outcomes.find(({ type }) => type !== UNKNOWN) ?? (outcomes.at(-1) as Undecoded);
}

const UNKNOWN = 'unknown';

function guess(form: InputForm, profile: ProfileName | undefined): Inspection {
  const foreign = foreignFormat(form.bytes);
  if (foreign !== undefined) {
    const detail = foreign.detail === undefined ? '' : ` (${foreign.detail})`;
    return {
      kind: 'undecoded',
      ...form,
      type: foreign.name,
      error: `cannot be decoded as IEEE 1609.2 data: ${foreign.name}${detail}`,
    };
  }
  const candidates = detectableTypes.filter((type) => isOf(type, profile));
  const recognised = recognise(form.bytes, candidates);
  if ('kind' in recognised) return decoded(form, recognised, profile);
  const near = nearest(form.bytes, recognised);
  if (near === undefined) {
    return { kind: 'undecoded', ...form, type: UNKNOWN, error: 'cannot be decoded: begins like no type that is known' };
  }
  const name = typeLabel(near.type.name, near.type.profile ?? profile ?? ccsa.name);
  return { kind: 'undecoded', ...form, type: name, error: `not a whole ${name}: ${near.error.message}` };
}

const isOf = (type: KnownType, profile: ProfileName | undefined): boolean =>
  profile === undefined || type.profile === undefined || type.profile === profile;

function readAs(form: InputForm, name: string, profile: ProfileName | undefined): Inspection {
  const recognised = recognise(form.bytes, typesNamed(name, profile));
  if (!('kind' in recognised)) {
    return { kind: 'undecoded', ...form, type: name, error: furthest(recognised)?.error.message ?? '' };
  }
  const outcome = decoded(form, recognised, profile);
  // SecuredCrl and whole messages are signed or plain data with a certain content.
  if ((name !== 'SecuredCrl' && !isSpduName(name)) || outcome.type === name) return outcome;
  const error = `${outcome.type} (${outcome.layers.join(' › ')}) where ${name} is due`;
  return { kind: 'undecoded', ...form, type: outcome.type, error };
}

function decoded(form: InputForm, found: Recognised, wished: ProfileName | undefined): Decoded {
  const { codec, profile: own } = found.type;
  const { value } = found;
  const named = wished ?? own;
  const { profile, tree } = treeOf(codec, value, named === undefined ? undefined : PROFILES[named]);
  const { name, path } = layersOf(tree, profile);
  const id = tree.type === 'Certificate' ? certificateId(value as Certificate) : undefined;
  const hash = id === undefined ? {} : { hashedId8: id.hashedId8 };
  return { kind: 'decoded', ...form, type: name, profile, codec, value, tree, layers: path, ...hash };
}

/** Where nobody says which profile it is, the tree says it, and is made again if it is not the one that it was made with. */
function treeOf(codec: Codec<unknown>, value: unknown, known: Profile | undefined): { profile: Profile; tree: Field } {
  if (known !== undefined) return { profile: known, tree: fieldTree(codec, value, known) };
  const tree = fieldTree(codec, value, ccsa);
  const profile = inferProfile(tree) ?? ccsa;
  return { profile, tree: profile === ccsa ? tree : fieldTree(codec, value, profile) };
}

/** The bytes made again from the value alone. */
export const reencoded = ({ codec, value }: Decoded): Uint8Array => encodeAfresh(codec, value);
