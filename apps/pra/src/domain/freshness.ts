/** The window in which a device's message is taken. */
import { refused, type Refused } from '#credentials/refusal.js';
import { millisFromTime32 } from '#wire/time.js';

/** Longer than a slow upload, shorter than anybody's patience. */
export const OLDEST_MILLIS = 5 * 60_000;
/** Real certificates and clocks differ by the leap seconds (±5 s). */
export const FUTURE_MILLIS = 5_000;

/** Refuses a generationTime (Time32) more than five minutes old or more than five seconds ahead. */
export function notFresh(
  generationTime: number,
  nowMillis: number,
): Refused<'too-old' | 'from-the-future'> | undefined {
  const made = millisFromTime32(generationTime);
  if (made > nowMillis + FUTURE_MILLIS) return refused('from-the-future');
  return made < nowMillis - OLDEST_MILLIS ? refused('too-old') : undefined;
}
