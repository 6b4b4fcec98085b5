/**
 * Finds the codecs of the libraries by the sources themselves: whoever declares a type of our own lines need not remember
 * to name it here. `coer` is the machinery, `uper` speaks T/CSAE 53 in another encoding, and apps keep their own records.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Codec } from '#coer/codec.js';

const DECLARES = /\b(?:sequence|choice|enumerated)\(\s*'([A-Z][A-Za-z0-9]*)'/g;
const USES_THE_MACHINERY = /from '#coer\/(?:sequence|choice|numbers|strings|preserved)\.js'/;

/** Sources under `libs` that build codecs, as paths from the root. */
export function codecFiles(): string[] {
  return readdirSync('libs', { recursive: true, encoding: 'utf8' })
    .map((name) => `libs/${name.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts') && !/\.(?:spec|fixture|d)\.ts$/.test(file))
    .filter((file) => !/^libs\/(?:coer|uper)\//.test(file))
    .filter((file) => USES_THE_MACHINERY.test(readFileSync(file, 'utf8')))
    .sort();
}

/** Names of the types that a source declares, those it does not export too. */
export const declaredIn = (source: string): string[] =>
  [...source.matchAll(DECLARES)].map(([, name]) => name as string);

/** What a source exports that reads and writes bytes, by its exported name. */
export async function codecsOf(file: string): Promise<[string, Codec<unknown>][]> {
  const alias = file.replace(/^libs\/edges\//, '#edges/').replace(/^libs\/([^/]+)\/src\//, '#$1/');
  const exported = (await import(alias.replace(/\.ts$/, '.js'))) as Record<string, unknown>;
  return Object.entries(exported).filter((entry): entry is [string, Codec<unknown>] => isCodec(entry[1]));
}

function isCodec(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, read, write } = value as Partial<Codec<unknown>>;
  return typeof name === 'string' && typeof read === 'function' && typeof write === 'function';
}
