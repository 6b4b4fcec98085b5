import fc from 'fast-check';
import { systemRandom } from '#crypto/random.js';
import { drawBatches, type PoolEntry, type ShuffleRules } from './draw-batches.js';
import { shuffled } from './shuffled.js';

const pool = (counts: readonly number[]): PoolEntry<string>[] =>
  counts.flatMap((count, device) =>
    Array.from({ length: count }, (_, n) => ({ device: `d${device}`, key: `d${device}:${n}` })),
  );
const deviceOf = (key: string): string => key.split(':')[0] as string;
const draw = (counts: readonly number[], rules: ShuffleRules, isFlush = true): (readonly string[])[] =>
  drawBatches(pool(counts), rules, isFlush, systemRandom);
const sizes = (batches: readonly (readonly string[])[]): number[] => batches.map(({ length }) => length);
const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
const many = (count: number, each: number): number[] => Array.from({ length: count }, () => each);

/** Items of each device in a batch. */
function shares(batch: readonly string[]): number[] {
  const per = new Map<string, number>();
  for (const key of batch) per.set(deviceOf(key), (per.get(deviceOf(key)) ?? 0) + 1);
  return [...per.values()];
}

describe('the shuffle across devices', () => {
  it('PV2 waits below the minimum of devices, however many items there are', () => {
    const rules = { minimumDevices: 4, maximumItems: 400 };
    expect([draw([500, 500, 500], rules), draw([], rules)]).toEqual([[], []]);
  });

  it('PV2 holds at least D devices in each batch, none with more than 1/D of it; loses nothing, gives nothing twice', () => {
    const met = { batches: 0, pools: 0, several: 0, uneven: 0, left: 0, dominated: 0 };
    const count = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 60 }), fc.constant(300));
    fc.assert(
      fc.property(
        fc.array(count, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 12, max: 200 }),
        fc.boolean(),
        (counts, minimumDevices, maximumItems, isFlush) => {
          const batches = draw(counts, { minimumDevices, maximumItems }, isFlush);
          met.pools += 1;
          met.batches += batches.length;
          if (batches.length > 1) met.several += 1;
          const drawn = batches.flat();
          const known = new Set(pool(counts).map(({ key }) => key));
          expect(new Set(drawn).size).toBe(drawn.length);
          expect(drawn.every((key) => known.has(key))).toBe(true);
          if (drawn.length > 0 && drawn.length < known.size) met.left += 1;
          if (batches.length > 0 && Math.max(...counts) * minimumDevices > total(counts)) met.dominated += 1;
          for (const batch of batches) {
            const each = shares(batch);
            if (new Set(each).size > 1) met.uneven += 1;
            expect(each.length).toBeGreaterThanOrEqual(minimumDevices);
            expect(Math.max(...each) * minimumDevices).toBeLessThanOrEqual(batch.length);
            expect(batch.length).toBeLessThanOrEqual(maximumItems);
            if (!isFlush) expect(batch.length).toBe(maximumItems - (maximumItems % minimumDevices));
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect(met.batches).toBeGreaterThan(5000);
    expect(met.several).toBeGreaterThan(500);
    expect(met.uneven).toBeGreaterThan(1000);
    expect(met.left).toBeGreaterThan(300);
    expect(met.dominated).toBeGreaterThan(100);
  });

  it('leaves nobody behind when the rule allows it: a flush empties a pool of which nobody has more than 1/D', () => {
    let emptied = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 10 }),
        (counts, minimumDevices) => {
          fc.pre(Math.max(...counts) * minimumDevices <= total(counts));
          // Where D divides the pool, every batch is a multiple of D and nothing is left over by rounding.
          fc.pre(total(counts) % minimumDevices === 0);
          expect(total(sizes(draw(counts, { minimumDevices, maximumItems: 100 })))).toBe(total(counts));
          emptied += 1;
        },
      ),
      { numRuns: 500 },
    );
    expect(emptied).toBe(500);
  });

  it('makes full batches only, until it is told to flush; then the rest is shared out in batches of like size', () => {
    const rules = { minimumDevices: 10, maximumItems: 400 };
    expect(sizes(draw(many(41, 20), rules, false))).toEqual([400, 400]);
    expect(sizes(draw(many(41, 20), rules, true))).toEqual([280, 270, 270]);
    expect(sizes(draw(many(10, 20), rules, false))).toEqual([]);
    expect(sizes(draw(many(10, 20), rules, true))).toEqual([200]);
    expect(sizes(draw(many(3, 20), { minimumDevices: 3, maximumItems: 30 }, true))).toEqual([30, 30]);
  });

  it('gives of one device with many items among few others as many as they cover', () => {
    const batches = draw([1000, ...many(12, 20)], { minimumDevices: 10, maximumItems: 400 });
    const mine = batches.flat().filter((key) => deviceOf(key) === 'd0').length;
    // 240 of the others; x of the one: 10 x ≤ 240 + x.
    expect(mine).toBe(26);
    expect(total(batches.map(({ length }) => length))).toBe(266);
  });

  it('tells nothing by place: the first of a batch is each device about as often', () => {
    const first = new Map<string, number>();
    for (let run = 0; run < 2000; run++) {
      const batches = draw(many(5, 4), { minimumDevices: 5, maximumItems: 20 });
      const device = deviceOf(batches[0]?.[0] as string);
      first.set(device, (first.get(device) ?? 0) + 1);
    }
    expect(first.size).toBe(5);
    // 400 each are expected, σ ≈ 18: six of them.
    for (const count of first.values()) expect(Math.abs(count - 400)).toBeLessThan(108);
  });

  it('tells nothing by company: two items of one batch, of neighbours in it, are one device’s as often as any two', () => {
    const [devices, each] = [100, 20];
    const seen = { batch: [0, 0], next: [0, 0] } as Record<string, [number, number]>;
    const note = (name: string, one: string, other: string): void => {
      const counts = seen[name] as [number, number];
      counts[deviceOf(one) === deviceOf(other) ? 0 : 1] += 1;
    };
    for (let run = 0; run < 20; run++) {
      for (const batch of draw(many(devices, each), { minimumDevices: 10, maximumItems: 200 }))
        for (const [n, key] of batch.entries()) {
          if (n > 0) note('next', batch[n - 1] as string, key);
          for (const other of batch.slice(n + 1)) note('batch', key, other);
        }
    }
    // Any two of 2000 items: 19 of 1999 are the same device's.
    const chance = (each - 1) / (devices * each - 1);
    for (const [same, different] of Object.values(seen)) {
      const pairs = same + different;
      const sigma = Math.sqrt(pairs * chance * (1 - chance));
      expect(pairs).toBeGreaterThan(30_000);
      expect(Math.abs(same - pairs * chance)).toBeLessThan(6 * sigma);
    }
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
