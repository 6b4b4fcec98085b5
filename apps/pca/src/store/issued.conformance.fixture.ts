/** What every IssuedStore promises. */
import { systemRandom } from '#crypto/random.js';
import type { Intent, IssuedStore, Result } from '../domain/issued-store.js';

const random = (length: number): Uint8Array => systemRandom.bytes(length);

export function intentOf(change: Partial<Intent> = {}): Intent {
  return {
    itemHash: random(32),
    i: 350,
    lv: random(9),
    keyHash: random(32),
    linkageTags: [random(32), random(32)],
    tbsHash: random(32),
    pra: 'pra.a.chrysalis.example',
    ...change,
  };
}

const resultOf = ({ itemHash }: Intent): Result => ({ itemHash, certificateHash: random(32), response: random(400) });

export function issuedStoreConformance(open: () => IssuedStore): void {
  const tags = (first: Uint8Array, second: Uint8Array): Pick<Intent, 'linkageTags'> => ({
    linkageTags: [first, second],
  });

  it.each([
    ['item-key-certified-before', (one: Intent) => ({ keyHash: one.keyHash, i: 351 })],
    ['item-linkage-value-repeated', (one: Intent) => ({ lv: one.lv })],
    ['item-linkage-used-before', (one: Intent) => tags(one.linkageTags[0], random(32))],
    ['item-linkage-used-before', (one: Intent) => tags(random(32), one.linkageTags[1])],
  ])(
    'refuses with %s what stands with another item, and notes nothing of that batch (PR5, LK1, LK6)',
    async (reason, same) => {
      const store = open();
      const first = intentOf();
      expect(await store.begin([first])).toBeUndefined();
      const good = intentOf();
      expect(await store.begin([good, intentOf(same(first))])).toEqual({ kind: 'refused', reason });
      expect(await store.find([good.itemHash])).toEqual([]);
    },
  );

  it.each([
    ['item-key-certified-before', (one: Intent) => ({ keyHash: one.keyHash })],
    ['item-linkage-value-repeated', (one: Intent) => ({ lv: one.lv })],
  ])('refuses with %s two items of one batch', async (reason, same) => {
    const store = open();
    const first = intentOf();
    expect(await store.begin([first, intentOf(same(first))])).toEqual({ kind: 'refused', reason });
  });

  it('takes one linkage value in two periods', async () => {
    const store = open();
    const first = intentOf();
    expect(await store.begin([first, intentOf({ lv: first.lv, i: 351 })])).toBeUndefined();
  });

  it('takes the intent of a known item again, and knows it as not issued', async () => {
    const store = open();
    const intent = intentOf();
    expect(await store.begin([intent])).toBeUndefined();
    expect(await store.begin([{ ...intent, tbsHash: random(32) }])).toBeUndefined();
    expect(await store.find([intent.itemHash])).toEqual([
      { itemHash: intent.itemHash, isIssued: false, response: undefined },
    ]);
  });

  it('keeps the first result and answers what stands, in the order asked', async () => {
    const store = open();
    const [one, two] = [intentOf(), intentOf()];
    await store.begin([one, two]);
    const [first, second] = [resultOf(one), resultOf(two)];
    expect(await store.complete([first])).toEqual([first.response]);
    expect(await store.complete([second, resultOf(one)])).toEqual([second.response, first.response]);
    const found = await store.find([one.itemHash]);
    expect(found).toEqual([{ itemHash: one.itemHash, isIssued: true, response: first.response }]);
  });

  it('finds an item by period, linkage value and certificate, all three', async () => {
    const store = open();
    const intent = intentOf();
    const result = resultOf(intent);
    await store.begin([intent]);
    expect(await store.findCertificate(intent.i, intent.lv, result.certificateHash)).toBeUndefined();
    await store.complete([result]);
    expect(await store.findCertificate(intent.i + 1, intent.lv, result.certificateHash)).toBeUndefined();
    expect(await store.findCertificate(intent.i, random(9), result.certificateHash)).toBeUndefined();
    expect(await store.findCertificate(intent.i, intent.lv, random(32))).toBeUndefined();
    expect(await store.findCertificate(intent.i, intent.lv, result.certificateHash)).toEqual({
      itemHash: intent.itemHash,
      pra: intent.pra,
    });
  });

  it('erases answers of past periods, keeps their rows for a while, and erases these', async () => {
    const store = open();
    const intent = intentOf({ i: 340 });
    const result = resultOf(intent);
    await store.begin([intent]);
    await store.complete([result]);
    await store.erase(340, 332);
    expect((await store.find([intent.itemHash]))[0]?.response).toEqual(result.response);
    await store.erase(341, 333);
    expect(await store.find([intent.itemHash])).toEqual([
      { itemHash: intent.itemHash, isIssued: true, response: undefined },
    ]);
    expect(await store.findCertificate(340, intent.lv, result.certificateHash)).toBeDefined();
    await store.erase(349, 341);
    expect(await store.find([intent.itemHash])).toEqual([]);
  });
}
