/** For specs: reads the published numbers of `test/vectors`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from './bytes.js';
import type { Random } from './random.js';

const root = join(process.cwd(), 'test', 'vectors');

/** A JSON vector file as it stands; the spec says which shape it has. */
export function jsonVectors<T>(name: string): T {
  return JSON.parse(readFileSync(join(root, name), 'utf8')) as T;
}

/** Raw bytes of a vector file. */
export function rawVector(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(root, name)));
}

/**
 * A CAMP text file, cut at its "Test Vector #n" headings (one section when it has none).
 * Each section maps a name to every value `name = 0x…` (or on the next line) it has, in order.
 */
export function campVectors(name: string): Map<string, Uint8Array[]>[] {
  const text = readFileSync(join(root, 'camp', name), 'utf8');
  const sections = text.split(/^Test Vector #\d+:$/m);
  return (sections.length > 1 ? sections.slice(1) : sections).map(section);
}

function section(text: string): Map<string, Uint8Array[]> {
  const values = new Map<string, Uint8Array[]>();
  for (const [, name, digits] of text.matchAll(/^(\S[^\n]*?)(?: =|:)? *\n?0x([0-9A-Fa-f]+)L?$/gm)) {
    const key = (name as string).trim();
    values.set(key, [...(values.get(key) ?? []), fromHex(digits as string)]);
  }
  return values;
}

/** The only value of that name in a section, or the `at`-th. */
export function valueOf(values: Map<string, Uint8Array[]>, name: string, at = 0): Uint8Array {
  const found = values.get(name)?.[at];
  if (found === undefined) throw new Error(`no ${name} in ${[...values.keys()].join(' | ')}`);
  return found;
}

/** Dice that fall as written, for one draw each. */
export function scriptedRandom(...draws: Uint8Array[]): Random {
  const left = [...draws];
  return {
    bytes: (length) => {
      const draw = left.shift();
      if (draw?.length !== length) throw new Error(`no draw of ${String(length)} bytes is left`);
      return draw.slice();
    },
  };
}
