import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { judgeFreshness, judgePeriod, readBatch } from './batch.js';
import { readItem, type Item } from './item.js';
import { itemBench, oneLa, twoLas, type ItemBench, type Request } from './items.fixture.js';

let b: ItemBench;
let good: Item;
beforeAll(async () => {
  b = await itemBench();
  const read = readBatch([b.item()], twoLas);
  if (isRefused(read)) throw new Error(read.reason);
  good = read[0] as Item;
});

describe('a batch', () => {
  it('is refused when one item is bad', () => {
    expect(readBatch([b.item(), b.item((r) => ({ ...r, version: 9 }))], twoLas)).toMatchObject({
      reason: 'item-version',
    });
  });

  it('is refused when its items have two generation times', () => {
    const later = b.item((r) => ({ ...r, generationTime: r.generationTime + 1 }));
    expect(readBatch([b.item(), later], twoLas)).toMatchObject({ reason: 'item-mixed-times' });
  });

  it('is refused when one item stands in it twice', () => {
    const item = b.item();
    expect(readBatch([item, b.item(), item], twoLas)).toMatchObject({ reason: 'item-repeated' });
  });

  it('keeps the order of its items', () => {
    const items = [b.item(), b.item(), b.item()];
    const read = readBatch(items, twoLas);
    const single = items.map((item) => readBatch([item], twoLas) as Item[]);
    expect(isRefused(read) || read.map(({ hash }) => hash)).toEqual(single.map(([one]) => one?.hash));
  });
});

describe('items that are alike', () => {
  it('are read as each would be alone, in this order or another', () => {
    const other = (r: Request): Request => ({ ...r, tbsCert: { ...r.tbsCert, appPermissions: [{ psid: 111 }] } });
    const items = [b.item(), b.item(), b.item(other), b.item(), b.item(other), b.item()];
    const read = readBatch(items, twoLas) as Item[];
    expect(read).toEqual(items.map((item) => readItem(item, twoLas)));
    expect(new Set(read.slice(0, 2).map(({ common }) => common)).size).toBe(1);
  });

  it('are read as each would be alone where there is one LA', () => {
    const ofOne = ({ secondLinkageInfo: _, ...r }: Request): Request => r;
    const items = [b.item(ofOne), b.item(ofOne), b.item(ofOne)];
    const read = readBatch(items, oneLa) as Item[];
    expect(read).toEqual(items.map((item) => readItem(item, oneLa)));
    expect(new Set(read.map(({ common }) => common)).size).toBe(1);
    expect(readBatch([...items, b.item()], oneLa)).toMatchObject({ reason: 'item-linkage-surplus' });
    expect(readBatch([b.item(), b.item(ofOne)], twoLas)).toMatchObject({ reason: 'item-linkage-missing' });
  });

  it('are refused by the same bent byte as one alone; what is no point is left to the arithmetic', () => {
    const [first, second] = [b.item(), b.item()];
    const met = { refused: 0, taken: 0 };
    for (let n = 0; n < second.length; n++) {
      const bent = second.slice();
      bent[n]! ^= 1;
      const [alone, after] = [readItem(bent, twoLas), readBatch([first, bent], twoLas)];
      if (isRefused(alone) && ['item-cocoon-key', 'item-encryption-key'].includes(alone.reason)) continue;
      // Its generation time differs from that of the first: a reason of the batch.
      if (isRefused(after) && after.reason === 'item-mixed-times') continue;
      if (isRefused(alone)) expect(after).toEqual(alone);
      else expect((after as Item[])[1]).toEqual(alone);
      met[isRefused(alone) ? 'refused' : 'taken']++;
    }
    expect(met.refused).toBeGreaterThan(50);
    expect(met.taken).toBeGreaterThan(50);
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
