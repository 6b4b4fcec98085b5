/** What must be unlike in any two certificates of a fleet, as 64 bits each, so that millions fit in memory. */
import { concat } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';

/** In the order of their places: the sealed answer, the certificate, its key, its linkage value within the period. */
export const FINGERPRINTS = ['answer', 'certificate', 'key', 'linkage value'] as const;
export type Fingerprint = (typeof FINGERPRINTS)[number];

/** Stands where nothing came. */
export const NOTHING = 0n;

/** The first 64 bits of SM3, never zero: two of 4 million unlike things meet with a chance of 1 : 2 million. */
export function fingerprint(...parts: Uint8Array[]): bigint {
  const value = Buffer.from(sm3(concat(...parts))).readBigUInt64BE(0);
  return value === NOTHING ? 1n : value;
}

export interface Twice {
  readonly what: Fingerprint;
  /** Places of certificates with the same; rising. */
  readonly places: readonly number[];
}

/** Everything that comes more than once; `prints` holds the four of each certificate, one certificate after the other. */
export function whatComesTwice(prints: BigUint64Array): Twice[] {
  return FINGERPRINTS.flatMap((what, kind) => twiceOf(prints, what, kind));
}

function twiceOf(prints: BigUint64Array, what: Fingerprint, kind: number): Twice[] {
  const step = FINGERPRINTS.length;
  const sorted = new BigUint64Array(prints.length / step);
  for (let place = 0; place < sorted.length; place++) sorted[place] = prints[place * step + kind] as bigint;
  const ofPlace = sorted.slice();
  sorted.sort();
  const repeated = new Map<bigint, number[]>();
  for (let n = 1; n < sorted.length; n++) {
    const value = sorted[n] as bigint;
    if (value !== NOTHING && value === sorted[n - 1]) repeated.set(value, []);
  }
  if (repeated.size === 0) return [];
  ofPlace.forEach((value, place) => repeated.get(value)?.push(place));
  return [...repeated.values()].map((places) => ({ what, places }));
}

/** How many certificates repeat something of an earlier one. */
export function countRepeats(found: readonly Twice[]): number {
  return new Set(found.flatMap(({ places }) => places.slice(1))).size;
}
