/** When the certificates of a period may be fetched: some hours before it begins, so that the fleet does not come at once. */
import { periodStartMillis } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';

/** First moment at which the bundle of period i is handed out, Unix milliseconds. */
export function downloadFromMillis(profile: Profile, i: number, downloadAheadHours: number): number {
  return periodStartMillis(profile.epochMillis, i) - downloadAheadHours * 3_600_000;
}
