import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { judgeFreshness, judgePeriod, readBatch } from './batch.js';
import type { Item } from './item.js';
import { itemBench, type ItemBench } from './items.fixture.js';

let b: ItemBench;
let good: Item;
beforeAll(async () => {
  b = await itemBench();
  const read = readBatch([b.item()], ccsa);
  if (isRefused(read)) throw new Error(read.reason);
  good = read[0] as Item;
});

describe('a batch', () => {
  it('is refused when one item is bad', () => {
    expect(readBatch([b.item(), b.item((r) => ({ ...r, version: 9 }))], ccsa)).toMatchObject({
      reason: 'item-version',
    });
  });

  it('is refused when its items have two generation times', () => {
    const later = b.item((r) => ({ ...r, generationTime: r.generationTime + 1 }));
    expect(readBatch([b.item(), later], ccsa)).toMatchObject({ reason: 'item-mixed-times' });
  });

  it('is refused when one item stands in it twice', () => {
    const item = b.item();
    expect(readBatch([item, b.item(), item], ccsa)).toMatchObject({ reason: 'item-repeated' });
  });

  it('keeps the order of its items', () => {
    const items = [b.item(), b.item(), b.item()];
    const read = readBatch(items, ccsa);
    const single = items.map((item) => readBatch([item], ccsa) as Item[]);
    expect(isRefused(read) || read.map(({ hash }) => hash)).toEqual(single.map(([one]) => one?.hash));
  });
});

describe('an item of today', () => {
  it.each([
    ['item-from-the-future', -6_000],
    ['item-stale', 24 * 3_600_000 + 1_000],
  ])('is refused with %s', (reason, laterMillis) => {
    expect(judgeFreshness(good, b.bench.clock.nowMillis() + laterMillis)).toMatchObject({ reason });
  });

  it.each([-5_000, 0, 24 * 3_600_000])('is taken %d ms after its generation', (laterMillis) => {
    expect(judgeFreshness(good, b.bench.clock.nowMillis() + laterMillis)).toBeUndefined();
  });

  it.each([
    ['item-period-past', -1],
    ['item-period-too-far', 260],
  ])('is refused with %s', (reason, ahead) => {
    expect(judgePeriod({ ...good, i: b.currentI + ahead }, b.bench.clock.nowMillis(), ccsa)).toMatchObject({ reason });
  });

  it.each([0, 259])('is taken for the period %d ahead', (ahead) => {
    expect(judgePeriod({ ...good, i: b.currentI + ahead }, b.bench.clock.nowMillis(), ccsa)).toBeUndefined();
  });
});
