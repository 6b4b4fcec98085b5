import { ccsa } from '#credentials/profile.js';
import { periodAt, periodStartMillis, WEEK_MILLIS } from '#credentials/period.js';
import {
  isFullWorthwhile,
  isListDue,
  LAST_INDEX,
  MOST_ENTRIES,
  nextPlace,
  nextRevocationsMillis,
  placesOfFull,
  type ListPlace,
} from './next-list.js';

const HOUR = 3_600_000;
const rules = { epochMillis: ccsa.epochMillis, validityHours: 168, renewBeforeHours: 24 };
const now = periodStartMillis(ccsa.epochMillis, 358) + 10 * HOUR + 417;
const first = nextPlace(undefined, now, rules);

describe('a list is due', () => {
  it('not while it is fresh and its period lasts', () => {
    expect(isListDue(first, now, rules)).toBe(false);
    const long = { ...rules, validityHours: 400 };
    expect(isListDue(nextPlace(undefined, now, long), now + 5 * 24 * HOUR, long)).toBe(false);
  });

  it('when there is none', () => expect(isListDue(undefined, now, rules)).toBe(true));

  it('when a new period began, however long the last is valid', () => {
    const long = { ...first, nextMillis: now + 5 * WEEK_MILLIS };
    expect(isListDue(long, periodStartMillis(ccsa.epochMillis, 359) - 1, rules)).toBe(false);
    expect(isListDue(long, periodStartMillis(ccsa.epochMillis, 359), rules)).toBe(true);
  });

  it('when it runs out within renewBeforeHours', () => {
    const short = { ...first, nextMillis: now + 30 * HOUR };
    expect(isListDue(short, now + 6 * HOUR - 1, rules)).toBe(false);
    expect(isListDue(short, now + 6 * HOUR, rules)).toBe(true);
  });
});

describe('the place of a list', () => {
  it('starts at number 1, index 0, in whole seconds', () => {
    expect(first).toEqual({
      number: 1,
      iRev: periodAt(ccsa.epochMillis, now),
      indexWithinI: 0,
      issueMillis: now - 417,
      nextMillis: now - 417 + 168 * HOUR,
    });
  });

  it('counts the index within a period and starts anew with the next', () => {
    const second = nextPlace(first, now + HOUR, rules);
    expect(second).toMatchObject({ number: 2, iRev: 358, indexWithinI: 1 });
    expect(nextPlace(second, now + WEEK_MILLIS, rules)).toMatchObject({ number: 3, iRev: 359, indexWithinI: 0 });
  });

  it('never goes back when the clock does, and two of one second differ in date (RV10)', () => {
    const places: ListPlace[] = [first];
    for (const at of [now, now, now - 2 * WEEK_MILLIS, now + 1]) places.push(nextPlace(places.at(-1), at, rules));
    for (const [n, place] of places.slice(1).entries()) {
      const before = places[n] as ListPlace;
      expect(place.number).toBe(before.number + 1);
      expect(place.issueMillis).toBeGreaterThan(before.issueMillis);
      expect(place.iRev).toBeGreaterThanOrEqual(before.iRev);
    }
  });

  it('stays at the last index of a period, short of what one byte counts', () => {
    const last = { ...first, indexWithinI: LAST_INDEX };
    expect(nextPlace(last, now + HOUR, rules)).toMatchObject({ number: 2, indexWithinI: 250 });
  });
});

describe('revocations within a period', () => {
  const SECOND = 1000;
  const start = periodStartMillis(ccsa.epochMillis, 359);

  /** A week of revocations at these moments, looked at each second when one waits: the lists, and how long each waited. */
  function week(arrivals: readonly number[]): { lists: ListPlace[]; waits: number[]; left: number } {
    const begun = nextPlace({ ...first, iRev: 358 }, start, rules);
    const lists = [begun];
    const waits: number[] = [];
    let waiting: number[] = [];
    let due: number | undefined;
    const issue = (at: number): void => {
      lists.push(nextPlace(lists.at(-1), at, rules));
      waits.push(...waiting.map((since) => at - since));
      waiting = [];
    };
    for (const at of arrivals) {
      while (due !== undefined && due <= at) {
        issue(due);
        due = undefined;
      }
      waiting.push(at);
      due ??= Math.max(at, Math.ceil(nextRevocationsMillis(lists.at(-1) as ListPlace, rules)));
    }
    if (due !== undefined && due < start + WEEK_MILLIS) issue(due);
    return { lists, waits, left: waiting.length };
  }
  const evenly = (count: number): number[] =>
    Array.from({ length: count }, (_, n) => start + Math.floor((n * WEEK_MILLIS) / count));

  it('of a quiet week come at once, each on a list of its own', () => {
    const { lists, waits } = week(evenly(40));
    expect(lists).toHaveLength(41);
    expect(Math.max(...waits)).toBe(0);
  });

  it('that come in a burst are listed at once, the first as the others', () => {
    const { lists, waits } = week(Array.from({ length: 12 }, (_, n) => start + HOUR + n * 10 * SECOND));
    expect(lists).toHaveLength(13);
    expect(Math.max(...waits)).toBe(0);
  });

  it.each<[string, () => number[]]>([
    ['evenly', () => evenly(100_000)],
    [
      'all in the first hour',
      () => Array.from({ length: 100_000 }, (_, n) => start + Math.floor((n * HOUR) / 100_000)),
    ],
    [
      'a thousand at the begin of each of a hundred hours',
      () => Array.from({ length: 100_000 }, (_, n) => start + Math.floor(n / 1000) * HOUR),
    ],
  ])('are 100 000, %s, and the index never passes 250', (_, arrivals) => {
    const { lists, waits, left } = week(arrivals());
    const indices = lists.map(({ indexWithinI }) => indexWithinI);
    expect(indices).toEqual(indices.map((__, n) => n));
    expect(Math.max(...indices)).toBeLessThanOrEqual(240);
    // The first is listed at once; the last within the hours that a list of a full week waits.
    expect(waits[0]).toBe(0);
    expect(Math.max(...waits)).toBeLessThan(4 * HOUR);
    expect(waits.length + left).toBe(100_000);
    expect(left).toBeLessThan(3000);
  });

  it('wait for the next period when all indices of this one are used', () => {
    const last = { ...first, iRev: 359, indexWithinI: 240, issueMillis: start + HOUR };
    expect(nextRevocationsMillis(last, rules)).toBe(start + WEEK_MILLIS);
  });
});

describe('a full list', () => {
  it('comes with each delta while it is small, and then when an eighth was added', () => {
    expect(isFullWorthwhile({ total: 4096, sinceFull: 0 })).toBe(true);
    expect(isFullWorthwhile({ total: 80_000, sinceFull: 9_999 })).toBe(false);
    expect(isFullWorthwhile({ total: 80_000, sinceFull: 10_000 })).toBe(true);
  });

  it('is made in the middle of a period only when it is one list', () => {
    expect(isFullWorthwhile({ total: MOST_ENTRIES, sinceFull: MOST_ENTRIES })).toBe(true);
    expect(isFullWorthwhile({ total: MOST_ENTRIES + 1, sinceFull: MOST_ENTRIES })).toBe(false);
  });

  it('of very many entries is followed by the rest as deltas, and runs out soon before the last of them', () => {
    expect(placesOfFull(first, 0)).toEqual([first]);
    expect(placesOfFull(first, MOST_ENTRIES)).toEqual([first]);
    const places = placesOfFull(first, 2 * MOST_ENTRIES + 1);
    expect(places.map(({ number, indexWithinI }) => [number, indexWithinI])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
    const soon = first.issueMillis + HOUR;
    expect(places.map(({ nextMillis }) => nextMillis)).toEqual([soon, soon, first.nextMillis]);
  });
});
