/** Every codec that the modules of `wire` export, by its exported name: found in the sources, so that none is forgotten. */
import type { Codec } from '#coer/codec.js';
import { codecFiles, codecsOf } from '../../../test/conformance/codec-files.js';

export const allTypes: [string, Codec<unknown>][] = [];
// One after another: jest does not link several modules at a time.
for (const file of codecFiles().filter((name) => name.startsWith('libs/wire/')))
  allTypes.push(...(await codecsOf(file)));

/** All codecs that `roots` are made of, each once, themselves included. */
export function partsOf(roots: readonly Codec<unknown>[]): Set<Codec<unknown>> {
  const met = new Set<Codec<unknown>>();
  const waiting = [...roots];
  for (let codec = waiting.pop(); codec !== undefined; codec = waiting.pop()) {
    if (met.has(codec)) continue;
    met.add(codec);
    waiting.push(...insidesOf(codec));
  }
  return met;
}

function insidesOf({ shape }: Codec<unknown>): Codec<unknown>[] {
  switch (shape?.kind) {
    case 'sequence':
    case 'choice':
      return [...shape.root, ...shape.extensions].map(({ codec }) => codec);
    case 'sequenceOf':
      return [shape.item];
    case 'containing':
    case 'preserved':
      return [shape.content];
    case 'same':
      return [shape.as()];
    default:
      return [];
  }
}
