/**
 * Random values of a type, and their bytes damaged a little: what is accepted must be the one spelling of its value.
 */
import fc from 'fast-check';
import { decode, encode, encodeAfresh, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { DEFAULT_DEPTH, Reader } from '#coer/reader.js';
import { arbitraryOf } from '../../../test/support/arbitrary-of.js';

type Bend = (bytes: Uint8Array) => Uint8Array;

/** A flipped bit, another byte, a byte lost, doubled or put in, an end cut off, two pieces exchanged. */
const bend: fc.Arbitrary<Bend> = fc
  .record({
    how: fc.integer({ min: 0, max: 6 }),
    where: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ how, where, byte }) => (bytes) => {
    const at = Math.min(bytes.length - 1, Math.floor(where * bytes.length));
    if (at < 0) return Uint8Array.of(byte);
    const copy = Array.from(bytes);
    const here = copy[at] as number;
    if (how === 0) copy[at] = here ^ (1 << (byte & 7));
    if (how === 1) copy[at] = byte;
    if (how === 2) copy.splice(at, 1);
    if (how === 3) copy.splice(at, 0, here);
    if (how === 4) copy.splice(at, 0, byte);
    if (how === 5) copy.length = at;
    if (how === 6) copy.push(...copy.splice(at, byte & 7));
    return Uint8Array.from(copy);
  });

/**
 * What was met. `otherEditions` are accepted bytes whose additions our edition does not know, `shownOnly` those that hold
 * an alternative that it does not know: nobody decides by them.
 */
export interface Met {
  accepted: number;
  refused: number;
  shownOnly: number;
  otherEditions: number;
}

interface Read {
  readonly value: unknown;
  readonly otherEditions: number;
}

function read(codec: Codec<unknown>, bytes: Uint8Array, tolerant: boolean): Read | undefined {
  const reader = new Reader(bytes, DEFAULT_DEPTH, tolerant);
  try {
    const value = codec.read(reader);
    return reader.remaining === 0 ? { value, otherEditions: reader.otherEditions } : undefined;
  } catch (error) {
    if (!(error instanceof CoerError)) throw error;
    return undefined;
  }
}

function judge(codec: Codec<unknown>, bytes: Uint8Array, met: Met): void {
  const shown = read(codec, bytes, true);
  const taken = read(codec, bytes, false);
  if (shown === undefined) {
    expect(taken).toBeUndefined();
    return void met.refused++;
  }
  expect(Buffer.compare(encodeAfresh(codec, shown.value), bytes)).toBe(0);
  if (taken === undefined) return void met.shownOnly++;
  const again = encodeAfresh(codec, taken.value);
  if (taken.otherEditions === 0) {
    met.accepted++;
    expect(Buffer.compare(again, bytes)).toBe(0);
  } else {
    met.otherEditions++;
    expect(encodeAfresh(codec, decode(codec, again))).toEqual(again);
  }
}

/** Holds the property over `runs` random values with fifteen damages each, and says how often what was met. */
export function meetBentBytes(codec: Codec<unknown>, runs = 150): Met {
  const met: Met = { accepted: 0, refused: 0, shownOnly: 0, otherEditions: 0 };
  fc.assert(
    fc.property(arbitraryOf(codec), fc.array(bend, { minLength: 15, maxLength: 15 }), (value, bends) => {
      const bytes = encode(codec, value);
      judge(codec, bytes, met);
      for (const damaged of bends) judge(codec, damaged(bytes), met);
    }),
    { numRuns: runs },
  );
  return met;
}
