/** The calendar: YD/T 3957-2021 counts weeks from 2020-01-06T20:00:00Z, the ieee profile from 2015-01-06T09:00:00Z. */
import fc from 'fast-check';
import { isValidAt, isWithin, periodAt, periodStartMillis, periodValidity, spanOf, WEEK_MILLIS } from './period.js';
import { ccsa, ieee } from './profile.js';

const { epochMillis } = ccsa;

describe('the i-periods', () => {
  it('have none before the epoch', () => {
    expect(periodAt(epochMillis, epochMillis - 1)).toBe(-1);
    expect(periodAt(epochMillis, epochMillis)).toBe(0);
  });

  it('begin with the week and end with it', () => {
    expect(periodAt(epochMillis, epochMillis + WEEK_MILLIS - 1)).toBe(0);
    expect(periodAt(epochMillis, epochMillis + WEEK_MILLIS)).toBe(1);
    expect(new Date(periodStartMillis(epochMillis, 0)).toISOString()).toBe('2020-01-06T20:00:00.000Z');
  });

  it('fit certificates in service: period 0x8E began 2017-09-26, 0x10B 2020-02-18 (IEEE epoch)', () => {
    expect(new Date(periodStartMillis(ieee.epochMillis, 0x8e)).toISOString().slice(0, 10)).toBe('2017-09-26');
    expect(new Date(periodStartMillis(ieee.epochMillis, 0x10b)).toISOString().slice(0, 10)).toBe('2020-02-18');
  });

  it('PR14 follow each other without gap or overlap, through leap seconds and all changes of clocks', () => {
    let crossed = 0;
    const property = fc.property(fc.integer({ min: 0, max: 1500 }), fc.constantFrom(ccsa, ieee), (i, profile) => {
      const span = spanOf(periodValidity(profile.epochMillis, i));
      const next = spanOf(periodValidity(profile.epochMillis, i + 1));
      expect(next.startMillis - span.startMillis).toBe(WEEK_MILLIS);
      expect(span.endMillis).toBe(next.startMillis);
      expect(periodAt(profile.epochMillis, span.startMillis)).toBe(i);
      const leap = Date.UTC(2017, 0, 1);
      if (span.startMillis < leap && span.endMillis >= leap) crossed++;
    });
    const leapPeriod = periodAt(ieee.epochMillis, Date.UTC(2017, 0, 1));
    fc.assert(property, { numRuns: 3000, examples: [[leapPeriod, ieee]] });
    expect(crossed).toBeGreaterThan(0);
  });
});

describe('a validity', () => {
  const hour = { start: 1000, duration: { kind: 'hours', value: 1 } } as const;
  const span = spanOf(hour);

  it('refuses the moment before it begins and the one after it ends', () => {
    expect(isValidAt(hour, span.startMillis - 1)).toBe(false);
    expect(isValidAt(hour, span.endMillis + 1)).toBe(false);
    expect([isValidAt(hour, span.startMillis), isValidAt(hour, span.endMillis)]).toEqual([true, true]);
  });

  it.each([
    ['microseconds', 2_000_000, 2],
    ['milliseconds', 2000, 2],
    ['seconds', 2, 2],
    ['minutes', 2, 120],
    ['hours', 2, 7200],
    ['sixtyHours', 2, 432_000],
    ['years', 1, 31_556_952],
  ] as const)('counts %s', (kind, value, seconds) => {
    const { startMillis, endMillis } = spanOf({ start: 5, duration: { kind, value } });
    expect((endMillis - startMillis) / 1000).toBeCloseTo(seconds, 9);
  });

  it('lies within another when it neither begins before nor ends after it', () => {
    const outer = { startMillis: 10, endMillis: 20 };
    expect(isWithin({ startMillis: 9, endMillis: 20 }, outer)).toBe(false);
    expect(isWithin({ startMillis: 10, endMillis: 21 }, outer)).toBe(false);
    expect(isWithin({ startMillis: 10, endMillis: 20 }, outer)).toBe(true);
  });
});
