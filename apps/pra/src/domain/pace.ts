/**
 * How often one device may come. Nobody is asked to trust a device with the load of the door: requests have an allowance
 * that grows back evenly, and one file has a shortest time between two whole copies.
 */
import { refused, type Refused } from '#credentials/refusal.js';

/** A refusal that ends by itself. */
export interface RefusedForNow<R extends string = string> extends Refused<R> {
  /** At least 1. */
  readonly retryAfterSeconds: number;
}

export const refusedFor = <R extends string>(reason: R, waitMillis: number): RefusedForNow<R> => ({
  ...refused(reason),
  retryAfterSeconds: Math.max(1, Math.ceil(waitMillis / 1000)),
});

/** So many at once, and no more than so many a week over time. */
export interface Allowance {
  readonly atOnce: number;
  readonly aWeek: number;
}

const WEEK_MILLIS = 7 * 24 * 3_600_000;

/** What one use takes of an allowance: it is whole again so much later. */
export const useMillis = ({ aWeek }: Allowance): number => Math.ceil(WEEK_MILLIS / aWeek);

/** The longest time after which an allowance that is used up entirely is whole again. */
export const fullUseMillis = (allowance: Allowance): number => allowance.atOnce * useMillis(allowance);

/**
 * How long a device must wait before its next use, 0 when it need not. `wholeMillis` is when its allowance is whole
 * again, the one number that is kept of it (generic cell rate algorithm, ITU-T I.371); undefined when it never used any.
 */
export function waitForUse(wholeMillis: number | undefined, allowance: Allowance, nowMillis: number): number {
  const after = Math.max(wholeMillis ?? nowMillis, nowMillis) + useMillis(allowance);
  return Math.max(0, after - nowMillis - fullUseMillis(allowance));
}

/** What is kept of the copies of one file that a device was given. */
export interface Fetched {
  /** When it was last given from the first byte on, Unix milliseconds. */
  readonly wholeMillis: number;
  /** Ranges given since. */
  readonly ranges: number;
}

export interface FetchPace {
  /** Seconds between two copies from the first byte on. */
  readonly minimumWaitSeconds: number;
  /** Ranges that may follow one copy: what a broken connection needs. */
  readonly rangesACopy: number;
}

/**
 * How long until the file may be given again, 0 when now. A range from a later byte on is how a broken download ends: it
 * does not wait, but is counted. After the wait, whatever is given counts as a copy from the first byte on.
 */
export function waitForCopy(
  before: Fetched | undefined,
  isFromFirstByte: boolean,
  pace: FetchPace,
  nowMillis: number,
): number {
  if (before === undefined || (!isFromFirstByte && before.ranges < pace.rangesACopy)) return 0;
  return Math.max(0, before.wholeMillis + pace.minimumWaitSeconds * 1000 - nowMillis);
}
