import { periodStartMillis, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { systemRandom, type Random } from '#crypto/random.js';
import fc from 'fast-check';
import { downloadFromMillis } from './download-time.js';
import { isAheadEnough, topUpMillis, weeksDue } from './top-up.js';

const HOUR_MILLIS = 3_600_000;
const rules = { aheadWeeks: 8, topUpJitterHours: 48 };
const dice = (...bytes: number[]): Random => ({ bytes: () => Uint8Array.from(bytes) });

describe('which weeks of a request are made now', () => {
  it.each([
    ['the first weeks of a long request', { nextI: 100, iMax: 259 }, { kind: 'weeks', iMin: 100, iMax: 107 }],
    ['all of a short one', { nextI: 100, iMax: 102 }, { kind: 'weeks', iMin: 100, iMax: 102 }],
    ['the week that came within reach', { nextI: 107, iMax: 259 }, { kind: 'weeks', iMin: 107, iMax: 107 }],
    ['no week that has passed', { nextI: 90, iMax: 259 }, { kind: 'weeks', iMin: 100, iMax: 107 }],
    ['nothing that lies further ahead', { nextI: 108, iMax: 259 }, { kind: 'later', nextI: 108 }],
    ['nothing of a request whose weeks are over', { nextI: 90, iMax: 99 }, { kind: 'over' }],
  ])('%s', (_, request, expected) => {
    expect(weeksDue(request, 100, 8)).toEqual(expected);
  });
});

describe('the moment of a top-up', () => {
  const opens = periodStartMillis(ccsa.epochMillis, 100);

  it('lies in the jitter after the week came within reach, never in the moment a week begins', () => {
    expect(topUpMillis(ccsa, 107, rules, dice(0, 0, 0, 0))).toBe(opens + 1);
    expect(topUpMillis(ccsa, 107, rules, dice(0x7f, 0xff, 0xff, 0xff))).toBe(opens + 24 * HOUR_MILLIS);
    expect(topUpMillis(ccsa, 107, rules, dice(255, 255, 255, 255))).toBe(opens + 48 * HOUR_MILLIS);
  });

  it('spreads a fleet evenly', () => {
    const hours = Array.from({ length: 48 }, () => 0);
    for (let device = 0; device < 4800; device++) {
      const hour = Math.floor((topUpMillis(ccsa, 107, rules, systemRandom) - opens - 1) / HOUR_MILLIS);
      hours[hour] = (hours[hour] as number) + 1;
    }
    // A hundred an hour, ten is one deviation.
    expect(Math.min(...hours)).toBeGreaterThan(40);
    expect(Math.max(...hours)).toBeLessThan(160);
  });

  it('finds its week due, and leaves a day until the week may be fetched, whatever the settings allowed', () => {
    let met = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 160 }),
        fc.integer({ min: 1, max: 168 }),
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 200, max: 1000 }),
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        (aheadWeeks, topUpJitterHours, downloadAheadHours, i, bytes) => {
          const chosen = { aheadWeeks, topUpJitterHours, downloadAheadHours };
          if (!isAheadEnough(chosen)) return;
          met += 1;
          const moment = topUpMillis(ccsa, i, chosen, dice(...bytes));
          const current = Math.floor((moment - ccsa.epochMillis) / WEEK_MILLIS);
          expect(weeksDue({ nextI: i, iMax: i + 9 }, current, aheadWeeks)).toMatchObject({ kind: 'weeks', iMin: i });
          expect(moment).toBeLessThanOrEqual(downloadFromMillis(ccsa, i, downloadAheadHours) - 24 * HOUR_MILLIS);
        },
      ),
      { numRuns: 1000 },
    );
    expect(met).toBeGreaterThan(300);
  });

  it('is refused as a setting when weeks would come too late', () => {
    expect(isAheadEnough({ aheadWeeks: 2, topUpJitterHours: 48, downloadAheadHours: 96 })).toBe(true);
    expect(isAheadEnough({ aheadWeeks: 2, topUpJitterHours: 48, downloadAheadHours: 97 })).toBe(false);
    expect(isAheadEnough({ aheadWeeks: 2, topUpJitterHours: 145, downloadAheadHours: 0 })).toBe(false);
  });
});
