/**
 * Random values of a type, and their bytes damaged a little: what is accepted must be the one spelling of its value.
 */
import fc from 'fast-check';
import { encode, type Codec } from '#coer/codec.js';
import { takingOf } from '#coer/judge-codec.js';
import { concat } from '#crypto/bytes.js';
import { arbitraryOf } from '../../../test/support/arbitrary-of.js';

type Bend = (bytes: Uint8Array) => Uint8Array;

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
        return concat(before, behind);
      case 3:
        return concat(before, Uint8Array.of(here, here), behind);
      case 4:
        return concat(before, Uint8Array.of(byte, here), behind);
      case 5:
        return before;
      default:
        return concat(before, bytes.subarray(at + (byte & 7)), bytes.subarray(at, at + (byte & 7)));
    }
  });

/** What a reader takes of bent bytes, and how often: what is judged and what is only shown. */
export class Met {
  accepted = 0;
  refused = 0;
  /** Accepted to be shown only: it holds an alternative or a value that our edition does not know. */
  shownOnly = 0;
  /** Accepted with additions that our edition does not know: nobody decides by them. */
  otherEdition = 0;

  judge(codec: Codec<unknown>, bytes: Uint8Array): void {
    this[takingOf(codec, bytes)]++;
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
