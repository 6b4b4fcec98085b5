/** Moments as UTC in ISO 8601, spans of time in words. */
import { spanOf } from '#credentials/period.js';
import type { Duration, ValidityPeriod } from '#wire/base-types.js';
import { millisFromTime32, millisFromTime64 } from '#wire/time.js';

/** Dates of JavaScript end here (ECMA-262 21.4.1.1); Time64 goes on for half a million years. */
const LAST_MILLIS = 8.64e15;

/** Unix milliseconds → `2020-08-25T03:12:00Z`; milliseconds only where they are not zero. */
export function instant(unixMillis: number): string {
  if (!(Math.abs(unixMillis) <= LAST_MILLIS)) return 'beyond the calendar';
  return new Date(unixMillis).toISOString().replace('.000Z', 'Z');
}

export const time32Words = (time32: number): string => instant(millisFromTime32(time32));
export const time64Words = (time64: bigint): string => instant(millisFromTime64(time64));

const UNITS: Readonly<Record<Exclude<Duration['kind'], 'sixtyHours'>, string>> = {
  microseconds: 'microsecond',
  milliseconds: 'millisecond',
  seconds: 'second',
  minutes: 'minute',
  hours: 'hour',
  years: 'year',
};
const HOURS_OF_A_WEEK = 168;

/** `30 years`, `168 hours (1 week)`. */
export function durationWords({ kind, value }: Duration): string {
  if (kind === 'sixtyHours') return `${value} times 60 hours`;
  const words = plural(value, UNITS[kind]);
  const weeks = value / HOURS_OF_A_WEEK;
  return kind === 'hours' && weeks >= 1 && Number.isInteger(weeks) ? `${words} (${plural(weeks, 'week')})` : words;
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `2020-08-25T03:12:00Z to 2050-08-25T13:45:05Z, 30 years`. */
export function validityWords(validity: ValidityPeriod): string {
  const { startMillis, endMillis } = spanOf(validity);
  return `${instant(startMillis)} to ${instant(endMillis)}, ${durationWords(validity.duration)}`;
}
