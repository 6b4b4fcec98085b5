/**
 * A small reader of ASN.1 modules (ITU-T X.680): the part that our own modules in `asn1/` use, and nothing else. What it
 * does not know it refuses, so that a module never says something that nobody compares.
 */
export interface AsnComponent {
  readonly key: string;
  readonly type: AsnType;
  readonly presence: 'always' | 'optional' | 'default';
  /** The text of the default value, with single spaces. */
  readonly fallback?: string;
}

interface Size {
  readonly minimum: number;
  readonly maximum: number;
}

export type AsnType =
  | { readonly kind: 'reference'; readonly name: string }
  | { readonly kind: 'null' | 'objectIdentifier' }
  | { readonly kind: 'integer'; readonly minimum?: bigint; readonly maximum?: bigint }
  | { readonly kind: 'enumerated'; readonly values: Readonly<Record<string, number>>; readonly extensible?: true }
  | ({ readonly kind: 'octets' | 'utf8' | 'ia5' } & Size)
  | { readonly kind: 'containing'; readonly content: AsnType }
  | {
      readonly kind: 'bits';
      readonly size: number;
      readonly bits: Readonly<Record<string, number>>;
      readonly extensible?: true;
    }
  | ({ readonly kind: 'sequenceOf'; readonly item: AsnType } & Size)
  | {
      readonly kind: 'sequence' | 'choice';
      readonly root: readonly AsnComponent[];
      readonly extensible: boolean;
      readonly extensions: readonly AsnComponent[];
    };

export interface AsnModule {
  readonly name: string;
  readonly types: ReadonlyMap<string, AsnType>;
  /** Imported name → the module it comes from. */
  readonly imports: ReadonlyMap<string, string>;
}

const ANY: Size = { minimum: 0, maximum: Infinity };
const TYPE_NAME = /^[A-Z][A-Za-z0-9-]*$/;
const VALUE_NAME = /^[a-z][A-Za-z0-9-]*$/;

/** Words, numbers and marks; a comment runs from "--" to the end of its line. */
function tokensOf(text: string): string[] {
  return (
    text.replace(/--.*$/gm, '').match(/\.\.\.|\.\.|::=|-?\d+|[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*|[{}(),;]|\S/g) ?? []
  );
}

class Tokens {
  private position = 0;
  constructor(private readonly list: readonly string[]) {}

  peek(ahead = 0): string {
    return this.list[this.position + ahead] ?? '';
  }

  next(): string {
    const token = this.peek();
    if (token === '') throw new Error('the module ends too early');
    this.position++;
    return token;
  }

  accept(...words: string[]): boolean {
    if (!words.every((word, index) => this.peek(index) === word)) return false;
    this.position += words.length;
    return true;
  }

  expect(...words: string[]): void {
    for (const word of words) if (!this.accept(word)) this.fail(word);
  }

  name(pattern: RegExp): string {
    return pattern.test(this.peek()) ? this.next() : this.fail('a name');
  }

  fail(wanted: string): never {
    const around = this.list.slice(Math.max(0, this.position - 6), this.position + 3).join(' ');
    throw new Error(`${wanted} expected, not "${this.peek()}", in: ${around}`);
  }
}

/** One module. Throws when it uses more of ASN.1 than this knows, or defines a type twice. */
export function parseModule(text: string): AsnModule {
  const tokens = new Tokens(tokensOf(text));
  const name = tokens.name(TYPE_NAME);
  tokens.expect('DEFINITIONS', 'AUTOMATIC', 'TAGS', '::=', 'BEGIN', 'EXPORTS', 'ALL', ';');
  const imports = tokens.accept('IMPORTS') ? parseImports(tokens) : new Map<string, string>();
  const types = new Map<string, AsnType>();
  while (!tokens.accept('END')) {
    const type = tokens.name(TYPE_NAME);
    if (types.has(type) || imports.has(type)) throw new Error(`${name}: ${type} is there twice`);
    tokens.expect('::=');
    types.set(type, parseType(tokens));
  }
  if (tokens.peek() !== '') tokens.fail('the end');
  return { name, types, imports };
}

function parseImports(tokens: Tokens): Map<string, string> {
  const imports = new Map<string, string>();
  while (!tokens.accept(';')) {
    const names = [tokens.name(TYPE_NAME)];
    while (tokens.accept(',')) names.push(tokens.name(TYPE_NAME));
    tokens.expect('FROM');
    const module = tokens.name(TYPE_NAME);
    for (const name of names) imports.set(name, module);
  }
  return imports;
}

function parseType(tokens: Tokens): AsnType {
  if (tokens.accept('NULL')) return { kind: 'null' };
  if (tokens.accept('OBJECT', 'IDENTIFIER')) return { kind: 'objectIdentifier' };
  if (tokens.accept('INTEGER')) return parseInteger(tokens);
  if (tokens.accept('ENUMERATED')) return parseEnumerated(tokens);
  if (tokens.accept('OCTET', 'STRING')) return parseOctetString(tokens);
  if (tokens.accept('BIT', 'STRING')) return parseBitString(tokens);
  if (tokens.accept('UTF8String')) return { kind: 'utf8', ...parseSize(tokens) };
  if (tokens.accept('IA5String')) return { kind: 'ia5', ...parseSize(tokens) };
  if (tokens.accept('CHOICE')) return { kind: 'choice', ...parseComponents(tokens) };
  if (tokens.accept('SEQUENCE')) return parseSequence(tokens);
  const name = tokens.name(TYPE_NAME);
  // `Uint8 (1)`: the value a writer puts; readers take others and leave the refusal to who knows the version.
  if (tokens.accept('(')) {
    tokens.next();
    tokens.expect(')');
  }
  return { kind: 'reference', name };
}

function parseSequence(tokens: Tokens): AsnType {
  if (tokens.peek() === '{') return { kind: 'sequence', ...parseComponents(tokens) };
  const size = parseSize(tokens);
  tokens.expect('OF');
  return { kind: 'sequenceOf', ...size, item: parseType(tokens) };
}

function parseInteger(tokens: Tokens): AsnType {
  if (!tokens.accept('(')) return { kind: 'integer' };
  const minimum = BigInt(tokens.next());
  tokens.expect('..');
  const high = tokens.next();
  tokens.expect(')');
  return high === 'MAX' ? { kind: 'integer', minimum } : { kind: 'integer', minimum, maximum: BigInt(high) };
}

/** Names are numbered as they stand (X.680 clause 20.3), those behind the mark go on: our modules number none by hand. */
function parseEnumerated(tokens: Tokens): AsnType {
  const names: string[] = [];
  let extensible = false;
  tokens.expect('{');
  do
    if (tokens.accept('...')) extensible = true;
    else names.push(tokens.name(VALUE_NAME));
  while (tokens.accept(','));
  tokens.expect('}');
  const values = Object.fromEntries(names.map((name, number) => [name, number]));
  return extensible ? { kind: 'enumerated', values, extensible } : { kind: 'enumerated', values };
}

function parseOctetString(tokens: Tokens): AsnType {
  if (!tokens.accept('(', 'CONTAINING')) return { kind: 'octets', ...parseSize(tokens) };
  const content = parseType(tokens);
  tokens.expect(')');
  return { kind: 'containing', content };
}

function parseBitString(tokens: Tokens): AsnType {
  const bits: Record<string, number> = {};
  tokens.expect('{');
  do {
    const name = tokens.name(VALUE_NAME);
    tokens.expect('(');
    bits[name] = Number(tokens.next());
    tokens.expect(')');
  } while (tokens.accept(','));
  tokens.expect('}');
  tokens.expect('(', 'SIZE', '(');
  const size = Number(tokens.next());
  const extensible = tokens.accept(',', '...');
  tokens.expect(')', ')');
  return extensible ? { kind: 'bits', size, bits, extensible } : { kind: 'bits', size, bits };
}

function parseSize(tokens: Tokens): Size {
  if (!tokens.accept('(', 'SIZE', '(')) return ANY;
  const minimum = Number(tokens.next());
  const high = tokens.accept('..') ? tokens.next() : String(minimum);
  tokens.expect(')', ')');
  return { minimum, maximum: high === 'MAX' ? Infinity : Number(high) };
}

function parseComponents(tokens: Tokens): { root: AsnComponent[]; extensible: boolean; extensions: AsnComponent[] } {
  const root: AsnComponent[] = [];
  const extensions: AsnComponent[] = [];
  let extensible = false;
  tokens.expect('{');
  do {
    if (tokens.accept('...')) {
      if (extensible) throw new Error('a second "..." (a second root) is not known here');
      extensible = true;
    } else (extensible ? extensions : root).push(parseComponent(tokens));
  } while (tokens.accept(','));
  tokens.expect('}');
  return { root, extensible, extensions };
}

function parseComponent(tokens: Tokens): AsnComponent {
  const key = tokens.name(VALUE_NAME);
  const type = parseType(tokens);
  if (tokens.accept('OPTIONAL')) return { key, type, presence: 'optional' };
  if (!tokens.accept('DEFAULT')) return { key, type, presence: 'always' };
  const value = [tokens.next()];
  if (value[0] === '{')
    do value.push(tokens.next());
    while (value.at(-1) !== '}');
  return { key, type, presence: 'default', fallback: value.join(' ') };
}
