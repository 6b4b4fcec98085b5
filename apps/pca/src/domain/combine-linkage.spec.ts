import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { isRefused } from '#credentials/refusal.js';
import { combineLinkages, type CombinedLinkage } from './combine-linkage.js';
import { readItem, type Item, type SealedLinkage } from './item.js';
import { itemBench, LA1, LA2, oneLa, twoLas, type ItemBench } from './items.fixture.js';

let b: ItemBench;
beforeAll(async () => (b = await itemBench()));

function itemWith(first: SealedLinkage, second: SealedLinkage): Item {
  const item = readItem(
    b.item((r) => ({ ...r, linkageInfo: first, secondLinkageInfo: second })),
    twoLas,
  );
  if (isRefused(item)) throw new Error(item.reason);
  return item;
}
function combineOne(item: Item, ownIds: readonly Uint8Array[], keyOf = b.keyOf) {
  const combined = combineLinkages([item], ownIds, keyOf);
  return isRefused(combined) ? combined : (combined[0] as CombinedLinkage);
}
const combine = (first: SealedLinkage, second: SealedLinkage) => combineOne(itemWith(first, second), [b.pcaId]);

describe('the linkage value of an item', () => {
  const bent: [string, string, () => SealedLinkage][] = [
    ['item-linkage-sealed-otherwise', 'sealed by a third party', () => b.seal(LA2, b.currentI, {}, new Uint8Array(16))],
    ['item-linkage-sealed-otherwise', 'another period’s, under that period’s key', () => b.seal(LA2, b.currentI + 1)],
    ['item-linkage-sealed-otherwise', 'LA1’s in LA2’s place', () => ({ ...b.seal(LA1, b.currentI), laId: LA2 })],
    ['item-linkage-other-la', 'naming another LA inside', () => b.seal(LA2, b.currentI, { laId: LA1 })],
    [
      'item-linkage-other-period',
      'naming another period inside',
      () => b.seal(LA2, b.currentI, { iValue: b.currentI + 1 }),
    ],
    ['item-linkage-other-pca', 'sealed for another PCA', () => b.seal(LA2, b.currentI, { pcaId: new Uint8Array(8) })],
    [
      'item-period-key-unknown',
      'of an LA without an announced key',
      () => ({ ...b.seal(LA2, b.currentI), laId: Uint8Array.of(0, 9) }),
    ],
  ];
  it.each(bent)('is refused with %s: %s (LK1)', (reason, _, second) => {
    const keyOf = (laId: Uint8Array, i: number) => (laId[1] === 9 ? undefined : b.keyOf(laId, i));
    expect(combineOne(itemWith(b.seal(LA1, b.currentI), second()), [b.pcaId], keyOf)).toMatchObject({ reason });
  });

  it('refuses a value with a changed byte (LK1)', () => {
    const sealed = b.seal(LA2, b.currentI);
    const { ciphertext } = sealed['enc-lv'];
    ciphertext.value.ccmCiphertext[3]! ^= 1;
    expect(combine(b.seal(LA1, b.currentI), sealed)).toMatchObject({ reason: 'item-linkage-sealed-otherwise' });
  });

  it('is PLV1 xor PLV2, whichever comes first (LK4)', () => {
    const first = b.seal(LA1, b.currentI, { value: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) });
    const second = b.seal(LA2, b.currentI, { value: Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2, 1) });
    const combined = combine(first, second);
    if (isRefused(combined)) throw new Error(combined.reason);
    expect(hex(combined.lv)).toBe('080a0402000204' + '0a08');
    expect(combine(second, first)).toEqual(combined);
  });

  it('is the pre-linkage value itself where there is one LA, which still answers for LA, period and PCA', () => {
    const ofOne = (sealed: SealedLinkage): Item => {
      const item = readItem(
        b.item(({ secondLinkageInfo: _, ...r }) => ({ ...r, linkageInfo: sealed })),
        oneLa,
      );
      if (isRefused(item)) throw new Error(item.reason);
      return item;
    };
    const values = [systemRandom.bytes(9), systemRandom.bytes(9)];
    const items = values.map((value) => ofOne(b.seal(LA1, b.currentI, { value })));
    const combined = combineLinkages(items, [b.pcaId], b.keyOf) as CombinedLinkage[];
    expect(combined.map(({ lv }) => lv)).toEqual(values);
    expect(combined.map(({ parts }) => parts.length)).toEqual([1, 1]);
    expect(combineOne(ofOne(b.seal(LA1, b.currentI, { laId: LA2 })), [b.pcaId])).toMatchObject({
      reason: 'item-linkage-other-la',
    });
  });

  it('takes values that were sealed for a certificate that was ours, with the same parts', () => {
    const former = systemRandom.bytes(8);
    const value = systemRandom.bytes(9);
    const sealedFor = (pcaId: Uint8Array) =>
      itemWith(b.seal(LA1, b.currentI, { value, pcaId }), b.seal(LA2, b.currentI, { value, pcaId }));
    expect(combineOne(sealedFor(former), [b.pcaId])).toMatchObject({ reason: 'item-linkage-other-pca' });
    const taken = combineOne(sealedFor(former), [b.pcaId, former]);
    expect(taken).toEqual(combineOne(sealedFor(b.pcaId), [b.pcaId, former]));
    expect(taken).toMatchObject({ lv: new Uint8Array(9) });
  });

  it('is that of its own item among many, and one that does not open refuses them all', () => {
    const items = Array.from({ length: 30 }, (_, n) =>
      itemWith(b.seal(n % 2 === 0 ? LA1 : LA2, b.currentI), b.seal(n % 2 === 0 ? LA2 : LA1, b.currentI)),
    );
    const together = combineLinkages(items, [b.pcaId], b.keyOf) as CombinedLinkage[];
    expect(together).toEqual(items.map((item) => combineOne(item, [b.pcaId])));
    const bad = itemWith(b.seal(LA1, b.currentI), b.seal(LA2, b.currentI, {}, new Uint8Array(16)));
    expect(combineLinkages([...items, bad], [b.pcaId], b.keyOf)).toMatchObject({
      reason: 'item-linkage-sealed-otherwise',
    });
  });
});
