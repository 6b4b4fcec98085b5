/**
 * Holds a codec against its type in a module of `asn1/`: names, order, OPTIONAL and DEFAULT, extension marks,
 * alternatives, sizes and bounds. It knows codecs by what they say of themselves, whatever encoding they speak.
 */
import type { AsnComponent, AsnType } from '../support/asn1-parser.js';

/** As the codecs of `libs/coer` and `libs/uper` describe themselves. */
export interface Described {
  readonly name: string;
  readonly shape?: Shape | undefined;
}

interface ComponentShape {
  readonly key: string;
  readonly codec: Described;
  readonly presence: 'always' | 'optional' | 'default';
  readonly fallback?: unknown;
}

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

type Shape =
  | { readonly kind: 'integer'; readonly minimum?: number | bigint; readonly maximum?: number | bigint }
  | { readonly kind: 'enumerated'; readonly values: Readonly<Record<string, number>>; readonly extensible?: true }
  | { readonly kind: 'null' | 'objectIdentifier' }
  | ({ readonly kind: 'octets' | 'utf8' | 'ia5' } & Bounds)
  | {
      readonly kind: 'bits';
      readonly size: number;
      readonly bits: Readonly<Record<string, number>>;
      readonly extensible?: true;
    }
  | ({ readonly kind: 'sequenceOf'; readonly item: Described } & Bounds)
  | { readonly kind: 'containing' | 'preserved'; readonly content: Described }
  | { readonly kind: 'same'; readonly as: () => Described }
  | {
      readonly kind: 'sequence' | 'choice';
      readonly root: readonly ComponentShape[];
      readonly extensible: boolean;
      readonly extensions: readonly ComponentShape[];
    };

/**
 * Where a codec deliberately reads several fields as one: IEEE 1609.2-2022 and YD/T 3957-2021 disagree about the order of
 * t and c, so the codec hands both out as 48 bytes and the profile takes them apart.
 */
const READ_AS_ONE: Readonly<Record<string, readonly string[]>> = { cAndT: ['t', 'c'] };

/** The differences, each with the path to it; empty when codec and module agree. */
export class Comparison {
  readonly differences: string[] = [];
  readonly compared = new Set<string>();
  /** Names of the codecs that were walked, also of those that are part of another and stand in no module by name. */
  readonly met = new Set<string>();
  private readonly walked = new Map<Described, Set<string>>();

  constructor(private readonly known: ReadonlyMap<string, AsnType>) {}

  type(codec: Described, type: AsnType, path: string): void {
    this.met.add(codec.name);
    if (type.kind === 'reference') return this.reference(codec, type.name, path);
    const shape = codec.shape;
    if (shape === undefined) return this.differ(path, 'the codec does not say what it is made of');
    if (shape.kind === 'same') return this.type(shape.as(), type, path);
    if (shape.kind === 'preserved') return this.type(shape.content, type, path);
    if (shape.kind !== type.kind) return this.differ(path, `${shape.kind} in the codec, ${type.kind} in the module`);
    this.insides(shape, type, path);
  }

  /** Every type is walked once, so that types that contain themselves end. */
  private reference(codec: Described, name: string, path: string): void {
    const type = this.known.get(name);
    if (type === undefined) return this.differ(path, `${name} is not defined`);
    const names = this.walked.get(codec) ?? new Set();
    if (names.has(name)) return;
    this.walked.set(codec, names.add(name));
    this.compared.add(name);
    this.type(codec, type, path);
  }

  private insides(shape: Shape, type: AsnType, path: string): void {
    if (shape.kind === 'containing' && type.kind === 'containing') return this.type(shape.content, type.content, path);
    if (shape.kind === 'sequenceOf' && type.kind === 'sequenceOf') {
      this.same(path, 'size', [shape.minimum, shape.maximum], [type.minimum, type.maximum]);
      return this.type(shape.item, type.item, `${path}[]`);
    }
    if (
      (shape.kind === 'sequence' || shape.kind === 'choice') &&
      (type.kind === 'sequence' || type.kind === 'choice')
    ) {
      this.same(path, 'extension mark', shape.extensible, type.extensible);
      this.components(shape.root, type.root, path);
      return this.components(shape.extensions, type.extensions, `${path}...`);
    }
    this.same(path, shape.kind, facts(shape), facts(type));
  }

  private components(ours: readonly ComponentShape[], theirs: readonly AsnComponent[], path: string): void {
    const keys = ours.flatMap(({ key }) => READ_AS_ONE[key] ?? [key]);
    this.same(path, 'components', keys, theirs.map(({ key }) => key)); // prettier-ignore
    for (const { key, codec, presence, fallback } of ours) {
      const other = theirs.find((component) => component.key === key);
      if (other === undefined) continue;
      this.same(`${path}.${key}`, 'presence', presence, other.presence);
      if (presence === 'default') this.same(`${path}.${key}`, 'default', textOf(fallback), other.fallback);
      this.type(codec, other.type, `${path}.${key}`);
    }
  }

  private same(path: string, what: string, ours: unknown, theirs: unknown): void {
    const [left, right] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (left !== right) this.differ(path, `${what} ${left} in the codec, ${right} in the module`);
  }

  private differ(path: string, problem: string): void {
    this.differences.push(`${path}: ${problem}`);
  }
}

/** What a leaf says besides its kind, in an order of its own and without bigints. */
function facts(leaf: Shape | AsnType): string {
  const entries = Object.entries(leaf).filter(([, value]) => value !== undefined);
  return entries.map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).sort().join(' '); // prettier-ignore
}

function textOf(fallback: unknown): string {
  return fallback instanceof Set ? `{ ${[...fallback].join(' , ')} }` : String(fallback);
}
