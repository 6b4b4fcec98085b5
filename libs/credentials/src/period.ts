/**
 * The calendar of i-periods: one week each, counted from the profile's first moment (wire facts: YD/T 3957-2021 counts
 * from 2020-01-06T20:00:00Z). Pseudonym certificates live for one period; the MA, the LAs and the CRA count in them.
 */
import type { ValidityPeriod } from '#wire/base-types.js';
import { millisFromTime32, time32FromMillis } from '#wire/time.js';

export const WEEK_MILLIS = 7 * 24 * 3_600_000;
const DURATION_SECONDS = {
  microseconds: 1e-6,
  milliseconds: 1e-3,
  seconds: 1,
  minutes: 60,
  hours: 3600,
  sixtyHours: 216_000,
  // IEEE 1609.2-2022, Duration: a year is 31 556 952 seconds.
  years: 31_556_952,
} as const;

/** The period in which a moment lies; before the epoch there is none (negative). */
export function periodAt(epochMillis: number, unixMillis: number): number {
  return Math.floor((unixMillis - epochMillis) / WEEK_MILLIS);
}

/** First moment of period i, Unix milliseconds. */
export function periodStartMillis(epochMillis: number, i: number): number {
  return epochMillis + i * WEEK_MILLIS;
}

/** The validity of a pseudonym certificate of period i: exactly one week, so that periods follow without gap or overlap. */
export function periodValidity(epochMillis: number, i: number): ValidityPeriod {
  return { start: time32FromMillis(periodStartMillis(epochMillis, i)), duration: { kind: 'hours', value: 168 } };
}

export interface Span {
  startMillis: number;
  endMillis: number;
}

export function spanOf(validity: ValidityPeriod): Span {
  const startMillis = millisFromTime32(validity.start);
  return {
    startMillis,
    endMillis: startMillis + validity.duration.value * DURATION_SECONDS[validity.duration.kind] * 1000,
  };
}

export function isWithin(inner: Span, outer: Span): boolean {
  return inner.startMillis >= outer.startMillis && inner.endMillis <= outer.endMillis;
}

/** Validity = [start, start + duration], IEEE 1609.2-2022 6.4.14. */
export function isValidAt(validity: ValidityPeriod, nowMillis: number): boolean {
  const span = spanOf(validity);
  return nowMillis >= span.startMillis && nowMillis <= span.endMillis;
}
