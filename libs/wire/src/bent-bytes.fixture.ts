/**
 * Random values of a type, and their bytes damaged a little: what is accepted must be the one spelling of its value.
 */
import fc from 'fast-check';
import { decode, encode, encodeAfresh, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { DEFAULT_DEPTH, Reader } from '#coer/reader.js';
import { arbitraryOf } from '../../../test/support/arbitrary-of.js';

type Bend = (bytes: Uint8Array) => Uint8Array;

function join(...parts: ArrayLike<number>[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A flipped bit, another byte, a byte lost, doubled or put in, an end cut off, two pieces exchanged. */
export const bend: fc.Arbitrary<Bend> = fc
  .record({
    how: fc.integer({ min: 0, max: 6 }),
    where: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ how, where, byte }) => (bytes) => {
    const at = Math.min(bytes.length - 1, Math.floor(where * bytes.length));
    if (at < 0) return Uint8Array.of(byte);
    const here = bytes[at] as number;
    const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at + 1)];
    switch (how) {
      case 0:
        return bytes.with(at, here ^ (1 << (byte & 7)));
      case 1:
        return bytes.with(at, byte);
      case 2:
        return join(before, behind);
      case 3:
        return join(before, [here, here], behind);
      case 4:
        return join(before, [byte, here], behind);
      case 5:
        return before;
      default:
        return join(before, bytes.subarray(at + (byte & 7)), bytes.subarray(at, at + (byte & 7)));
    }
  });

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
    if (error instanceof CoerError) return undefined;
    throw error;
  }
}

/** Thrown rather than expected: it is asked a hundred thousand times. */
export function mustBe(written: Uint8Array, read: Uint8Array): void {
  if (Buffer.compare(written, read) !== 0)
    throw new Error(`read ${Buffer.from(read).toString('hex')}, written ${Buffer.from(written).toString('hex')}`);
}

/** What a reader takes of bent bytes, and how often: what is judged and what is only shown. */
export class Met {
  accepted = 0;
  refused = 0;
  /** Accepted to be shown only: it holds an alternative or a value that our edition does not know. */
  shownOnly = 0;
  /** Accepted with additions that our edition does not know: nobody decides by them. */
  otherEditions = 0;

  judge(codec: Codec<unknown>, bytes: Uint8Array): void {
    const taken = read(codec, bytes, false);
    const shown = read(codec, bytes, true);
    // Whatever is shown is the one spelling of what it was taken for, whoever wrote it.
    if (shown !== undefined) mustBe(encodeAfresh(codec, shown.value), bytes);
    if (taken === undefined) {
      if (shown === undefined) this.refused++;
      else this.shownOnly++;
      return;
    }
    if (shown === undefined) throw new Error(`accepted, but not to be shown: ${Buffer.from(bytes).toString('hex')}`);
    if (taken.otherEditions === 0) return void this.accepted++;
    // What another edition added is not in the value; what we know of it must still come back.
    this.otherEditions++;
    const again = encodeAfresh(codec, taken.value);
    mustBe(encodeAfresh(codec, decode(codec, again)), again);
  }
}

/** Holds the property over `runs` random values with fifteen damages each, and says how often what was met. */
export function meetBentBytes(codec: Codec<unknown>, runs = 220): Met {
  const met = new Met();
  fc.assert(
    fc.property(arbitraryOf(codec), fc.array(bend, { minLength: 15, maxLength: 15 }), (value, bends) => {
      const bytes = encode(codec, value);
      for (const damaged of bends) met.judge(codec, damaged(bytes));
    }),
    { numRuns: runs },
  );
  return met;
}
