/**
 * The shuffle across devices: what the PCA sees together comes from many, none of whom gives much of it (PV2).
 * A batch holds at least D different devices and none gives more than 1/D of it; below D the pool waits, however long.
 * All devices of a class are drawn from evenly, so that no few are left behind when the others are served.
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

export type Choice<K> =
  { readonly kind: 'batch'; readonly keys: readonly K[] } | { readonly kind: 'waiting'; readonly devices: number };

/** One batch out of a pool of one class (period, permissions, region), in random order. */
export function chooseBatch<K>(pool: readonly PoolEntry<K>[], rules: ShuffleRules, random: Random): Choice<K> {
  const byDevice = new Map<string, K[]>();
  for (const { device, key } of pool) {
    const keys = byDevice.get(device);
    if (keys === undefined) byDevice.set(device, [key]);
    else keys.push(key);
  }
  if (byDevice.size < rules.minimumDevices) return { kind: 'waiting', devices: byDevice.size };
  const drawn = shuffled([...byDevice.values()], random).slice(0, rules.maximumItems);
  const each = evenShare(
    drawn.map(({ length }) => length),
    rules,
  );
  const keys = drawn.flatMap((keysOfDevice) => shuffled(keysOfDevice, random).slice(0, each));
  return { kind: 'batch', keys: shuffled(keys, random) };
}

/**
 * How many items each device gives at most: the largest number with which the batch fits and D times it is no more than
 * the batch. One always does, as there are at least D devices.
 */
function evenShare(available: readonly number[], { minimumDevices, maximumItems }: ShuffleRules): number {
  let share = Math.floor(maximumItems / available.length);
  for (; share > 1; share--) {
    const total = available.reduce((sum, count) => sum + Math.min(count, share), 0);
    if (minimumDevices * share <= total) return share;
  }
  return 1;
}
