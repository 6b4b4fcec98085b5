/**
 * The shuffle across devices: what the PCA sees together comes from many, none of whom gives much of it (PV2).
 *
 * A batch holds at least D different devices and none gives more than 1/D of it; below D the pool waits, however long. Beyond
 * that rule chance alone decides what travels together: the items are put into a random order and cut, and only what would
 * break the rule is moved. So that no few are left behind when the others are served, each batch takes from a device that
 * has much left as much as the rest could no longer hold.
 */
import type { Random } from '#crypto/random.js';
import { shuffled } from './shuffled.js';

export interface PoolEntry<K> {
  /** Names the device within this pool; never leaves it. */
  readonly device: string;
  readonly key: K;
}

export interface ShuffleRules {
  /** D, at least 1. */
  readonly minimumDevices: number;
  /** Items of one batch at most; at least D. */
  readonly maximumItems: number;
}

/**
 * As many batches as a pool of one class (period, permissions, region) gives, each in random order; together they hold every
 * key at most once, and none of a pool of fewer than D devices. Batches are full: `maximumItems`, or a little
 * less where D does not divide it. With `isFlush` the rest is shared out as well, in smaller batches under the same rule.
 * What is in no batch stays in the pool. Time and memory are linear in the pool, as long as devices are many.
 */
export function drawBatches<K>(
  pool: readonly PoolEntry<K>[],
  rules: ShuffleRules,
  isFlush: boolean,
  random: Random,
): (readonly K[])[] {
  const byDevice = keysByDevice(pool);
  const owned = byDevice.flatMap((keys, device) => keys.map((key) => ({ device, key })));
  const rest = new Rest(shuffled(owned, random), byDevice.length, rules.minimumDevices);
  const batches: (readonly K[])[] = [];
  for (;;) {
    rest.limitEach();
    const size = nextSize(rest.size, rules, isFlush);
    if (size === 0) return batches;
    batches.push(shuffled(rest.take(size), random));
  }
}

function keysByDevice<K>(pool: readonly PoolEntry<K>[]): K[][] {
  const byDevice = new Map<string, K[]>();
  for (const { device, key } of pool) {
    const keys = byDevice.get(device);
    if (keys === undefined) byDevice.set(device, [key]);
    else keys.push(key);
  }
  return [...byDevice.values()];
}

/** How many items each device may have so that none has more than 1/D of all; 0 when fewer than D have any. */
function largestShare(counts: readonly number[], minimumDevices: number): number {
  const fits = (share: number): boolean =>
    minimumDevices * share <= counts.reduce((sum, count) => sum + Math.min(count, share), 0);
  // The right side grows ever more slowly: of what does not fit, no larger share does.
  let [good, bad] = [0, counts.reduce((most, count) => Math.max(most, count), 0) + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Items of the next batch: a multiple of D, so that a D-th of it is a whole number, but for the very last; 0 at the end. */
function nextSize(left: number, { minimumDevices, maximumItems }: ShuffleRules, isFlush: boolean): number {
  const full = maximumItems - (maximumItems % minimumDevices);
  if (!isFlush) return left >= full ? full : 0;
  const batches = Math.ceil(left / full);
  return batches <= 1 ? left : Math.ceil(left / batches / minimumDevices) * minimumDevices;
}

interface Owned<K> {
  readonly device: number;
  readonly key: K;
}

/** What is in no batch yet. */
class Rest<K> {
  private readonly has: number[];

  constructor(
    /** In random order; taken from the end. */
    private items: Owned<K>[],
    devices: number,
    private readonly minimumDevices: number,
  ) {
    this.has = new Array<number>(devices).fill(0);
    for (const { device } of items) this.has[device] = (this.has[device] as number) + 1;
  }

  get size(): number {
    return this.items.length;
  }

  /** Leaves out what a device has beyond 1/D of all; it stays in the pool and waits for others. */
  limitEach(): void {
    const share = largestShare(this.has, this.minimumDevices);
    if (this.has.every((count) => count <= share)) return;
    const kept = new Array<number>(this.has.length).fill(0);
    this.items = this.items.filter(({ device }) => (kept[device] = (kept[device] as number) + 1) <= share);
    for (const [device, count] of this.has.entries()) this.has[device] = Math.min(count, share);
  }

  /**
   * `size` keys, no device with more than 1/D of them. `size` is a multiple of D, or all; no device has more than 1/D of all
   * (limitEach), so that there are always enough.
   */
  take(size: number): K[] {
    const most = Math.floor(size / this.minimumDevices);
    const given = new Array<number>(this.has.length).fill(0);
    const keys = this.takeNeeded(size, given);
    const passedOver: Owned<K>[] = [];
    while (keys.length < size) {
      const item = this.items.pop() as Owned<K>;
      if ((given[item.device] as number) < most) keys.push(this.give(item, given));
      else passedOver.push(item);
    }
    this.items.push(...passedOver);
    for (const [device, count] of given.entries()) this.has[device] = (this.has[device] as number) - count;
    return keys;
  }

  /** What devices with much left must give now, or the rest would hold more than 1/D of theirs. */
  private takeNeeded(size: number, given: number[]): K[] {
    const mayRemain = Math.floor((this.items.length - size) / this.minimumDevices);
    if (this.has.every((count) => count <= mayRemain)) return [];
    const keys: K[] = [];
    this.items = this.items.filter((item) => {
      const isNeeded = (given[item.device] as number) < (this.has[item.device] as number) - mayRemain;
      if (!isNeeded || keys.length === size) return true;
      keys.push(this.give(item, given));
      return false;
    });
    return keys;
  }

  private give({ device, key }: Owned<K>, given: number[]): K {
    given[device] = (given[device] as number) + 1;
    return key;
  }
}
