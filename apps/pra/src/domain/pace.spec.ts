import fc from 'fast-check';
import { fullUseMillis, refusedFor, useMillis, waitForCopy, waitForUse } from './pace.js';

const T0 = Date.UTC(2026, 10, 17);
const allowance = { atOnce: 3, aWeek: 7 };
const DAY_MILLIS = 86_400_000;

describe('an allowance', () => {
  /** Uses it as often as it lets; answers how often. */
  function useUp(whole: number | undefined, nowMillis: number): { uses: number; whole: number } {
    let uses = 0;
    let after = whole;
    while (waitForUse(after, allowance, nowMillis) === 0) {
      after = Math.max(after ?? nowMillis, nowMillis) + useMillis(allowance);
      uses++;
    }
    return { uses, whole: after ?? nowMillis };
  }

  it('is as many uses at once as it says', () => {
    const { uses, whole } = useUp(undefined, T0);
    expect([uses, whole]).toEqual([3, T0 + fullUseMillis(allowance)]);
    expect(waitForUse(whole, allowance, T0)).toBe(DAY_MILLIS);
  });

  it('grows back one by one, and to no more than it was', () => {
    const { whole } = useUp(undefined, T0);
    expect(waitForUse(whole, allowance, T0 + DAY_MILLIS - 1)).toBe(1);
    expect(useUp(whole, T0 + DAY_MILLIS).uses).toBe(1);
    expect(useUp(whole, T0 + 300 * DAY_MILLIS).uses).toBe(3);
  });

  it('never lets more through in any span than the span allows', () => {
    let spans = 0;
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 * DAY_MILLIS }), { minLength: 5, maxLength: 60 }), (gaps) => {
        let now = T0;
        let whole: number | undefined;
        const used: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if (waitForUse(whole, allowance, now) > 0) continue;
          whole = Math.max(whole ?? now, now) + useMillis(allowance);
          used.push(now);
        }
        used.forEach((from, a) =>
          used.slice(a).forEach((to, n) => {
            expect(n + 1).toBeLessThanOrEqual(3 + (to - from) / useMillis(allowance));
            spans++;
          }),
        );
      }),
      { seed: 7 },
    );
    expect(spans).toBeGreaterThan(1000);
  });
});

describe('the pace of copies', () => {
  const pace = { minimumWaitSeconds: 60, rangesACopy: 2 };
  const given = { wholeMillis: T0, ranges: 0 };

  it.each<[string, Parameters<typeof waitForCopy>[0], boolean, number, number]>([
    ['the first copy', undefined, true, 0, 0],
    ['a first range', undefined, false, 0, 0],
    ['another copy at once', given, true, 0, 60_000],
    ['another copy just before the wait is over', given, true, 59_999, 1],
    ['another copy after the wait', given, true, 60_000, 0],
    ['the rest of a copy', given, false, 1, 0],
    ['one range too many', { wholeMillis: T0, ranges: 2 }, false, 1, 59_999],
    ['a range after the wait', { wholeMillis: T0, ranges: 2 }, false, 60_000, 0],
  ])('%s', (_, before, isFromFirstByte, afterMillis, wait) => {
    expect(waitForCopy(before, isFromFirstByte, pace, T0 + afterMillis)).toBe(wait);
  });
});

it('a refusal that ends by itself says when, in whole seconds and never in none', () => {
  expect(refusedFor('busy', 1)).toEqual({ kind: 'refused', reason: 'busy', retryAfterSeconds: 1 });
  expect(refusedFor('busy', 60_001).retryAfterSeconds).toBe(61);
});
