/** What every IssuedStore promises. */
import { systemRandom } from '#crypto/random.js';
import { isRefused } from '#credentials/refusal.js';
import type { Begun, Intent, IssuedStore, Result } from '../domain/issued-store.js';

const PRA = 'pra.a.chrysalis.example';
const random = (length: number): Uint8Array => systemRandom.bytes(length);

export function intentOf(change: Partial<Intent> = {}): Intent {
  return {
    itemHash: random(32),
    i: 350,
    lv: random(9),
    keyHash: random(32),
    linkageTags: [random(16), random(16)],
    tbsHash: random(32),
    ...change,
  };
}

/** Of lengths that differ, so that none can be taken for its neighbour. */
export const resultOf = ({ itemHash, i, tbsHash }: Intent): Result => ({
  itemHash,
  i,
  tbsHash,
  certificate: random(200 + (itemHash[0] as number)),
  certificateHash: random(32),
  response: random(400 + (itemHash[1] as number)),
});

export async function begun(store: IssuedStore, ...intents: Intent[]): Promise<Begun> {
  const outcome = await store.begin(intents, PRA);
  if (isRefused(outcome)) throw new Error(outcome.reason);
  return outcome;
}

export function issuedStoreConformance(open: () => IssuedStore): void {
  const tags = (first: Uint8Array, second: Uint8Array): Pick<Intent, 'linkageTags'> => ({
    linkageTags: [first, second],
  });
  const answers = async (store: IssuedStore, ...intents: Intent[]) =>
    new Map(
      (await store.find(intents)).map(({ itemHash, response }) => [Buffer.from(itemHash).toString('hex'), response]),
    );
  const answerOf = async (store: IssuedStore, intent: Intent) =>
    (await answers(store, intent)).get(Buffer.from(intent.itemHash).toString('hex'));

  it.each([
    ['item-key-certified-before', (one: Intent) => ({ keyHash: one.keyHash })],
    ['item-linkage-value-repeated', (one: Intent) => ({ lv: one.lv })],
    ['item-linkage-used-before', (one: Intent) => tags(one.linkageTags[0], random(16))],
    ['item-linkage-used-before', (one: Intent) => tags(random(16), one.linkageTags[1] as Uint8Array)],
  ])(
    'refuses with %s what stands with another item, and notes nothing of that batch (PR5, LK1, LK6)',
    async (reason, same) => {
      const store = open();
      const first = intentOf();
      await begun(store, first);
      const good = intentOf();
      expect(await store.begin([good, intentOf(same(first))], PRA)).toEqual({ kind: 'refused', reason });
      expect(await store.find([good])).toEqual([]);
      // Not with a known item beside it either.
      expect(await store.begin([first, good, intentOf(same(first))], PRA)).toEqual({ kind: 'refused', reason });
      expect(await store.find([good])).toEqual([]);
    },
  );

  it.each([
    ['item-key-certified-before', (one: Intent) => ({ keyHash: one.keyHash })],
    ['item-linkage-value-repeated', (one: Intent) => ({ lv: one.lv })],
  ])('refuses with %s two items of one batch', async (reason, same) => {
    const store = open();
    const first = intentOf();
    expect(await store.begin([first, intentOf(same(first))], PRA)).toEqual({ kind: 'refused', reason });
  });

  it('notes nothing of one period when the other has a repeat', async () => {
    const store = open();
    const [first, good] = [intentOf({ i: 351 }), intentOf()];
    await begun(store, first);
    expect(await store.begin([good, intentOf({ i: 351, lv: first.lv })], PRA)).toMatchObject({ kind: 'refused' });
    expect(await store.find([good])).toEqual([]);
  });

  it('takes many intents with the tag of one LA alone, each tag once', async () => {
    const store = open();
    const [one, other] = [intentOf({ linkageTags: [random(16)] }), intentOf({ linkageTags: [random(16)] })];
    await begun(store, one, other);
    const again = await store.begin([intentOf({ linkageTags: one.linkageTags })], PRA);
    expect(again).toEqual({ kind: 'refused', reason: 'item-linkage-used-before' });
  });

  it('takes one linkage value and one key in two periods', async () => {
    const store = open();
    const { lv, keyHash } = intentOf();
    await begun(store, intentOf({ lv, keyHash }), intentOf({ lv, keyHash, i: 351 }));
  });

  it('takes the intent of a known item again, and knows it as not issued', async () => {
    const store = open();
    const intent = intentOf();
    await begun(store, intent);
    expect((await begun(store, intent)).voided).toEqual([]);
    expect(await store.find([intent])).toEqual([{ itemHash: intent.itemHash, isIssued: false, response: undefined }]);
  });

  it('puts an intent to sign other bytes in the place of one without result, and tells which is void', async () => {
    const store = open();
    const [intent, other] = [intentOf(), intentOf()];
    const first = await begun(store, intent, other);
    const changed = { ...intent, tbsHash: random(32) };
    const second = await begun(store, changed);
    expect(second.voided).toEqual([{ itemHash: intent.itemHash, tbsHash: intent.tbsHash }]);
    // Whoever is still at the first cannot bring a certificate of it, nor of its neighbour.
    await expect(store.complete(first.batch, [resultOf(intent), resultOf(other)])).rejects.toThrow('was replaced');
    expect((await store.find([intent, other])).map(({ isIssued }) => isIssued)).toEqual([false, false]);
    const result = resultOf(changed);
    expect(await store.complete(second.batch, [result])).toEqual([result.response]);
    expect(await answerOf(store, intent)).toEqual(result.response);
  });

  it('leaves what has a result as it is, whatever is meant later', async () => {
    const store = open();
    const intent = intentOf();
    const first = resultOf(intent);
    await store.complete((await begun(store, intent)).batch, [first]);
    const changed = { ...intent, tbsHash: random(32) };
    const again = await begun(store, changed);
    expect(again.voided).toEqual([]);
    expect(await store.complete(again.batch, [resultOf(changed)])).toEqual([first.response]);
    expect(await store.findCertificate(intent.i, intent.lv, first.certificateHash)).toBeDefined();
  });

  it('keeps the first result and answers what stands, in the order asked', async () => {
    const store = open();
    const [one, two, three] = [intentOf(), intentOf(), intentOf()];
    const { batch } = await begun(store, one);
    const first = resultOf(one);
    expect(await store.complete(batch, [first])).toEqual([first.response]);
    const [second, third] = [resultOf(two), resultOf(three)];
    const more = await begun(store, three, two, one);
    expect(await store.complete(more.batch, [third, second, resultOf(one)])).toEqual([
      third.response,
      second.response,
      first.response,
    ]);
    const found = await answers(store, one, two, three);
    expect(found.size).toBe(3);
    for (const { itemHash, response } of [first, second, third])
      expect(found.get(Buffer.from(itemHash).toString('hex'))).toEqual(response);
  });

  it('lets another batch bring the result of an intent that was left alone, and the first finds it', async () => {
    const store = open();
    const [one, two] = [intentOf(), intentOf()];
    const left = await begun(store, one, two);
    const alone = await begun(store, one);
    const result = resultOf(one);
    expect(await store.complete(alone.batch, [result])).toEqual([result.response]);
    expect(await store.find([two])).toMatchObject([{ isIssued: false }]);
    const second = resultOf(two);
    expect(await store.complete(left.batch, [resultOf(one), second])).toEqual([result.response, second.response]);
    expect(await store.findCertificate(two.i, two.lv, second.certificateHash)).toMatchObject({
      itemHash: two.itemHash,
    });
  });

  it('keeps a batch of two periods', async () => {
    const store = open();
    const intents = [intentOf({ i: 351 }), intentOf(), intentOf({ i: 351 }), intentOf()];
    const results = intents.map(resultOf);
    const responses = results.map(({ response }) => response);
    expect(await store.complete((await begun(store, ...intents)).batch, results)).toEqual(responses);
    const found = await answers(store, ...intents);
    expect(intents.map(({ itemHash }) => found.get(Buffer.from(itemHash).toString('hex')))).toEqual(responses);
  });

  it('keeps no result of an item without an intent', async () => {
    const store = open();
    const { batch } = await begun(store, intentOf());
    await expect(store.complete(batch, [resultOf(intentOf())])).rejects.toThrow('without an intent');
  });

  it('finds an item by period, linkage value and certificate, all three', async () => {
    const store = open();
    const intents = [intentOf(), intentOf(), intentOf()];
    const [intent, neighbour] = intents as [Intent, Intent, Intent];
    const results = intents.map(resultOf);
    const [result, of] = results as [Result, Result, Result];
    const { batch } = await begun(store, ...intents);
    expect(await store.findCertificate(intent.i, intent.lv, result.certificateHash)).toBeUndefined();
    await store.complete(batch, results);
    expect(await store.findCertificate(intent.i + 1, intent.lv, result.certificateHash)).toBeUndefined();
    expect(await store.findCertificate(intent.i, neighbour.lv, result.certificateHash)).toBeUndefined();
    expect(await store.findCertificate(intent.i, intent.lv, of.certificateHash)).toBeUndefined();
    expect(await store.findCertificate(intent.i, intent.lv, result.certificateHash)).toEqual({
      itemHash: intent.itemHash,
      pra: PRA,
    });
  });

  it('erases answers of past periods, keeps their rows for a while, and erases these', async () => {
    const store = open();
    const intent = intentOf({ i: 340 });
    const result = resultOf(intent);
    await store.complete((await begun(store, intent)).batch, [result]);
    await store.erase(340, 332);
    expect(await answerOf(store, intent)).toEqual(result.response);
    await store.erase(341, 333);
    expect(await store.find([intent])).toEqual([{ itemHash: intent.itemHash, isIssued: true, response: undefined }]);
    expect(await store.findCertificate(340, intent.lv, result.certificateHash)).toBeDefined();
    await store.erase(349, 341);
    expect(await store.find([intent])).toEqual([]);
  });
}
