/**
 * When a list is due, and its place in the series. IEEE 1609.2-2022 7.3: iRev is the period the seeds belong to,
 * indexWithinI is 0 for the first list of an iRev and counts on; receivers take lists in rising order only.
 */
import { periodAt } from '#credentials/period.js';

const HOUR_MILLIS = 3_600_000;
/** indexWithinI has one byte. At its end it stays, and the later date alone tells which list is newer (docs/divergences.md). */
const LAST_INDEX = 255;

export interface ListPlace {
  readonly number: number;
  readonly iRev: number;
  readonly indexWithinI: number;
  /** Whole seconds, Unix milliseconds: Time32 carries no more. */
  readonly issueMillis: number;
  readonly nextMillis: number;
}

export interface ListRules {
  readonly epochMillis: number;
  readonly validityHours: number;
  readonly renewBeforeHours: number;
}

/** Due: there is none yet, a new period began, or it runs out soon. */
export function isListDue(last: ListPlace | undefined, nowMillis: number, rules: ListRules): boolean {
  if (last === undefined || periodAt(rules.epochMillis, nowMillis) > last.iRev) return true;
  return nowMillis >= last.nextMillis - rules.renewBeforeHours * HOUR_MILLIS;
}

/** The place after `last`. Nothing goes back, whatever the clock says; the date moves on by a second at least. */
export function nextPlace(last: ListPlace | undefined, nowMillis: number, rules: ListRules): ListPlace {
  const iRev = Math.max(periodAt(rules.epochMillis, nowMillis), last?.iRev ?? 0);
  const second = Math.floor(nowMillis / 1000) * 1000;
  const issueMillis = last === undefined ? second : Math.max(second, last.issueMillis + 1000);
  const isSamePeriod = last?.iRev === iRev;
  return {
    number: (last?.number ?? 0) + 1,
    iRev,
    indexWithinI: isSamePeriod ? Math.min(last.indexWithinI + 1, LAST_INDEX) : 0,
    issueMillis,
    nextMillis: issueMillis + rules.validityHours * HOUR_MILLIS,
  };
}
