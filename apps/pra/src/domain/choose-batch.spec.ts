import fc from 'fast-check';
import { systemRandom } from '#crypto/random.js';
import { chooseBatch, type PoolEntry } from './choose-batch.js';
import { shuffled } from './shuffled.js';

const pool = (...counts: number[]): PoolEntry<string>[] =>
  counts.flatMap((count, device) =>
    Array.from({ length: count }, (_, n) => ({ device: `d${device}`, key: `d${device}:${n}` })),
  );
const deviceOf = (key: string): string => key.split(':')[0] as string;

function drain(start: PoolEntry<string>[], rules: { minimumDevices: number; maximumItems: number }): number[] {
  let left = start;
  const sizes: number[] = [];
  for (;;) {
    const choice = chooseBatch(left, rules, systemRandom);
    if (choice.kind === 'waiting') return sizes;
    sizes.push(choice.keys.length);
    const gone = new Set(choice.keys);
    left = left.filter(({ key }) => !gone.has(key));
  }
}

describe('the shuffle across devices', () => {
  it('PV2 waits below the minimum of devices, however many items there are', () => {
    const rules = { minimumDevices: 4, maximumItems: 400 };
    expect(chooseBatch(pool(500, 500, 500), rules, systemRandom)).toEqual({ kind: 'waiting', devices: 3 });
    expect(chooseBatch([], rules, systemRandom)).toEqual({ kind: 'waiting', devices: 0 });
  });

  it('PV2 holds at least D devices, none with more than 1/D of it, nothing twice, nothing from elsewhere', () => {
    let batches = 0;
    let uneven = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 12, max: 200 }),
        (counts, minimumDevices, maximumItems) => {
          const entries = pool(...counts);
          const choice = chooseBatch(entries, { minimumDevices, maximumItems }, systemRandom);
          if (choice.kind === 'waiting') return counts.length < minimumDevices && choice.devices === counts.length;
          batches += 1;
          const per = new Map<string, number>();
          for (const key of choice.keys) per.set(deviceOf(key), (per.get(deviceOf(key)) ?? 0) + 1);
          if (new Set(per.values()).size > 1) uneven += 1;
          const most = Math.max(...per.values());
          expect(per.size).toBeGreaterThanOrEqual(minimumDevices);
          expect(most * minimumDevices).toBeLessThanOrEqual(choice.keys.length);
          expect(choice.keys.length).toBeLessThanOrEqual(maximumItems);
          expect(new Set(choice.keys).size).toBe(choice.keys.length);
          const known = new Set(entries.map(({ key }) => key));
          return choice.keys.every((key) => known.has(key));
        },
      ),
      { numRuns: 2000 },
    );
    expect(batches).toBeGreaterThan(500);
    expect(uneven).toBeGreaterThan(50);
  });

  it('serves devices of equal need to the end, leaving nobody behind', () => {
    expect(drain(pool(20, 20, 20, 20, 20, 20, 20, 20, 20, 20), { minimumDevices: 10, maximumItems: 400 })).toEqual([
      200,
    ]);
    const sizes = drain(pool(...Array.from({ length: 7 }, () => 20)), { minimumDevices: 5, maximumItems: 30 });
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(140);
  });

  it('mixes: the first place goes to each device about as often', () => {
    const first = new Map<string, number>();
    for (let run = 0; run < 2000; run++) {
      const choice = chooseBatch(pool(4, 4, 4, 4, 4), { minimumDevices: 5, maximumItems: 20 }, systemRandom);
      if (choice.kind === 'batch') {
        const device = deviceOf(choice.keys[0] as string);
        first.set(device, (first.get(device) ?? 0) + 1);
      }
    }
    expect(first.size).toBe(5);
    // 400 each are expected, σ ≈ 18: six of them.
    for (const count of first.values()) expect(Math.abs(count - 400)).toBeLessThan(108);
  });

  it('throws away draws that would favour small numbers', () => {
    // 2^32 − 1 lies beyond the largest multiple of 3; the next draw decides.
    const draws = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 2, 0, 0, 0, 0];
    let at = 0;
    const random = { bytes: (length: number) => Uint8Array.from(draws.slice(at, (at += length))) };
    expect(shuffled(['a', 'b', 'c'], random)).toEqual(['b', 'a', 'c']);
    expect(at).toBe(12);
  });
});
