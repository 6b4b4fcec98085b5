/**
 * When a list is due, when it may come, and its place in the series. IEEE 1609.2-2022 7.3: iRev is the period the seeds belong
 * to, indexWithinI is 0 for the first list of an iRev and counts on; receivers take lists in rising order only.
 */
import { periodAt, periodStartMillis } from '#credentials/period.js';

const HOUR_MILLIS = 3_600_000;
/** indexWithinI has one byte, and a period never gets to its end. */
export const LAST_INDEX = 250;
/** What is left for lists that bring no revocation: one that runs out, a new certificate of ours. */
const LAST_INDEX_OF_REVOCATIONS = 240;
/** A list may be dated so far ahead of the clock, within what a receiver's clock may differ. */
const MOST_AHEAD_MILLIS = 3_000;
/** So many of a period come at once, however fast they follow each other. */
const AT_ONCE = 16;

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

/**
 * From when on the next revocations may be listed. The first of a period are listed at once. The more indices are used, the
 * longer one list waits for the next, and what is ordered meanwhile comes together: the wait is the share of the time left
 * that each index left would have, times the square of the part that is used. So they last to the end of any period.
 */
export function nextRevocationsMillis(last: ListPlace, { epochMillis }: ListRules): number {
  const used = last.indexWithinI - AT_ONCE;
  // Two of one second are dated apart, and receivers take none that is dated far ahead.
  const dated = last.issueMillis - MOST_AHEAD_MILLIS;
  if (used <= 0) return dated;
  const left = LAST_INDEX_OF_REVOCATIONS - last.indexWithinI;
  const endMillis = periodStartMillis(epochMillis, last.iRev + 1);
  if (left <= 0) return Math.max(endMillis, dated);
  const part = used / (LAST_INDEX_OF_REVOCATIONS - AT_ONCE);
  return dated + Math.max(0, ((endMillis - last.issueMillis) / left) * part ** 2);
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
    // Only who installs new certificates ten times a week gets to the end; then the later date tells which list is newer.
    indexWithinI: isSamePeriod ? Math.min(last.indexWithinI + 1, LAST_INDEX) : 0,
    issueMillis,
    nextMillis: issueMillis + rules.validityHours * HOUR_MILLIS,
  };
}

// ---- full lists ---------------------------------------------------------------------------------------------------

/** So long a full list comes with each delta: it is small, and who asks simply has the newest. */
const SMALL = 4096;
/** Then one comes when what was added since the last is a part of all, so that a new entry is written nine times at most. */
const PART_ADDED = 8;
/** What one signed list holds at most, 8.7 MB: of a longer one the rest follows as deltas. */
export const MOST_ENTRIES = 262_144;

/** Whether a full list is worth making in the middle of a period, when a delta brings `added` to `total`. */
export function isFullWorthwhile({ total, sinceFull }: { total: number; sinceFull: number }): boolean {
  // One that needs several lists would take back, for a moment, what stood on the one before.
  return total <= SMALL || (total <= MOST_ENTRIES && sinceFull * PART_ADDED >= total);
}

/** A full list runs out so soon while its deltas are to come: nobody takes it for the whole. */
const UNFINISHED_MILLIS = HOUR_MILLIS;

/** The places of a full list of so many entries: one, or of the full one and the deltas that follow at once. */
export function placesOfFull(first: ListPlace, entries: number, most = MOST_ENTRIES): ListPlace[] {
  const parts = Math.max(1, Math.ceil(entries / most));
  return Array.from({ length: parts }, (_, n) => ({
    ...first,
    number: first.number + n,
    indexWithinI: Math.min(first.indexWithinI + n, LAST_INDEX),
    nextMillis: n === parts - 1 ? first.nextMillis : first.issueMillis + UNFINISHED_MILLIS,
  }));
}
