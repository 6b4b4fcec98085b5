/** A stream of numbers from a seed, the same on every machine: for mutations, never for keys. */

export interface Draws {
  /** A whole number of 0 … below−1; `below` is at most 2³². */
  below(below: number): number;
  /** One of a list that is not empty. */
  oneOf<T>(list: readonly T[]): T;
}

/** FNV-1a over the text, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return hash >>> 0;
}

/** The stream of one text: a Weyl sequence, stirred (splitmix32). */
export function drawsOf(text: string): Draws {
  let state = hashOf(text);
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return { below, oneOf: (list) => list[below(list.length)] as (typeof list)[number] };
}
