import { ccsa } from '#credentials/profile.js';
import { periodAt, periodStartMillis, WEEK_MILLIS } from '#credentials/period.js';
import { isListDue, nextPlace, type ListPlace } from './next-list.js';

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

  it('stays at the last index of a period when more lists are needed than one byte counts', () => {
    const last = { ...first, indexWithinI: 255 };
    expect(nextPlace(last, now + HOUR, rules)).toMatchObject({ number: 2, indexWithinI: 255 });
  });
});
