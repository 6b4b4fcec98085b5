/** A batch as a whole: items that differ, of one generation time; and which items may still be issued now. Pure. */
import { isRefused, type Refused } from '#credentials/refusal.js';
import { periodAt } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import { millisFromTime32 } from '#wire/time.js';
import { itemReader, type Item, type ItemRules } from './item.js';
import { refuseItem, type ItemRefusal } from './refusal.js';

/** A formed batch may wait for a PCA that is down. */
export const OLDEST_ITEM_MILLIS = 24 * 3_600_000;
export const FUTURE_TOLERANCE_MILLIS = 5_000;
/** As far ahead as the LAs give values: five years of weeks. */
export const MOST_PERIODS_AHEAD = 260;

/** All items, in their order; one time for all, since a time of its own would tell which belong together. */
export function readBatch(items: readonly Uint8Array[], rules: ItemRules): Item[] | Refused<ItemRefusal> {
  const read: Item[] = [];
  const readItem = itemReader(rules);
  for (const bytes of items) {
    const item = readItem(bytes);
    if (isRefused(item)) return item;
    read.push(item);
  }
  if (new Set(read.map(({ generationTime }) => generationTime)).size > 1) return refuseItem('item-mixed-times');
  const hashes = new Set(read.map(({ hash }) => Buffer.from(hash).toString('latin1')));
  return hashes.size === read.length ? read : refuseItem('item-repeated');
}

/** Whether an item that was not accepted before is of today. */
export function judgeFreshness(item: Item, nowMillis: number): Refused<ItemRefusal> | undefined {
  const age = nowMillis - millisFromTime32(item.generationTime);
  if (age < -FUTURE_TOLERANCE_MILLIS) return refuseItem('item-from-the-future');
  return age > OLDEST_ITEM_MILLIS ? refuseItem('item-stale') : undefined;
}

/** Whether certificates of the item's period are issued now. */
export function judgePeriod(item: Item, nowMillis: number, profile: Profile): Refused<ItemRefusal> | undefined {
  const currentI = periodAt(profile.epochMillis, nowMillis);
  if (item.i < currentI) return refuseItem('item-period-past');
  return item.i >= currentI + MOST_PERIODS_AHEAD ? refuseItem('item-period-too-far') : undefined;
}
