/**
 * Whether the time of a call tells one secret from others: measurements of a fixed secret and of random ones in random order,
 * and Welch's t of the two classes of times (Reparaz, Balasch, Verbauwhede 2017, "dude, is my code constant time?").
 *
 * Both classes pass through one buffer; for both a random secret is drawn, and both secrets are read to put one of them there.
 * A class whose bytes lay in a colder or less aligned place, or that had other work done before, would differ by the harness
 * alone: with a plain copy from one of two arrays even a call with constant arguments did.
 */
import { randomFillSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { largestT } from './statistics.js';

/** Beyond this the classes differ: by chance about once in 150 000 comparisons. */
export const LARGEST_CLEAN_T = 4.5;

/** Fills with the bytes of a random secret. */
export type Draw = (to: Uint8Array) => void;

export interface Subject {
  readonly name: string;
  /** What the secret of the fixed class is. */
  readonly fixed: Uint8Array;
  readonly draw: Draw;
  /** Takes the secret from the buffer, which both classes share. */
  readonly call: (secret: Uint8Array) => unknown;
  /** Calls that one measurement takes together; short ones need many. */
  readonly calls: number;
}

export interface Compared {
  readonly measurements: number;
  readonly t: number;
}

const POOL_BYTES = 4096;

/** Random bytes, fetched many at a time so that drawing costs little. */
export function randomDraw(): Draw {
  const pool = new Uint8Array(POOL_BYTES);
  let at = POOL_BYTES;
  return (to) => {
    if (at + to.length > POOL_BYTES) {
      randomFillSync(pool);
      at = 0;
    }
    to.set(pool.subarray(at, at + to.length));
    at += to.length;
  };
}

/** to = a for 0, b for 1, by reading both. */
function choose(to: Uint8Array, a: Uint8Array, b: Uint8Array, bit: number): void {
  for (let n = 0; n < to.length; n++) to[n] = a[n]! ^ ((a[n]! ^ b[n]!) & -bit);
}

/** Measurements that are made and thrown away, while V8 compiles. */
const WARM_PART = 0.15;
const MOST_MEASUREMENTS = 200_000;
/** Of long calls, or on a busy machine, it goes on for so many, but not longer than five times the time. */
const FEW_MEASUREMENTS = 5_000;
const LONGEST = 5;

export interface Instruments {
  /** Milliseconds since some moment; finer than a microsecond. */
  now(): number;
  /** Draws a byte, whose lowest bit is the class. */
  readonly drawClass: Draw;
}

/** Measures for `seconds`, and for up to five times as long while there are few measurements; at most 200 000 times. */
export function compareClasses(
  subject: Subject,
  seconds: number,
  { now, drawClass }: Instruments = { now: () => performance.now(), drawClass: randomDraw() },
): Compared {
  const { fixed, draw, call, calls } = subject;
  const random = new Uint8Array(fixed.length);
  const secret = new Uint8Array(fixed.length);
  const bit = new Uint8Array(1);
  const times = new Float64Array(MOST_MEASUREMENTS);
  const classes = new Uint8Array(MOST_MEASUREMENTS);

  let count = 0;
  const start = now();
  const recordFrom = start + WARM_PART * seconds * 1000;
  const end = start + seconds * 1000;
  const latest = start + LONGEST * seconds * 1000;
  for (let began = start; began < (count < FEW_MEASUREMENTS ? latest : end) && count < MOST_MEASUREMENTS;) {
    draw(random);
    drawClass(bit);
    const chosen = (bit[0] as number) & 1;
    choose(secret, fixed, random, chosen);
    began = now();
    for (let n = 0; n < calls; n++) call(secret);
    const took = now() - began;
    // Written in either case, kept when warm: no branch between the classes.
    times[count] = took;
    classes[count] = chosen;
    if (began >= recordFrom) count++;
  }
  return { measurements: count, t: largestT(times.subarray(0, count), classes.subarray(0, count)) };
}
