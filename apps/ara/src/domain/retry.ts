/** When something owed is tried again after it failed: soon, then more rarely, never given up (PR15). */
const FIRST_MILLIS = 2_000;
const LONGEST_MILLIS = 60_000;

/** Due time of the next try, Unix milliseconds on the clock handed in; `attempts` counts those made so far. */
export const nextTryMillis = (nowMillis: number, attempts: number): number =>
  nowMillis + Math.min(FIRST_MILLIS * 2 ** Math.min(attempts, 10), LONGEST_MILLIS);
