/** What every ChainStore promises. */
import { systemRandom } from '#crypto/random.js';
import { refused } from '#credentials/refusal.js';
import type { StoredChain } from '../domain/chain-seeds.js';
import type { ChainStore } from './chain.store.js';

const chainOf = (change: Partial<StoredChain> = {}): StoredChain => ({
  chainId: systemRandom.bytes(16),
  baseI: 350,
  sealedSeed: systemRandom.bytes(44),
  iMax: 352,
  ...change,
});

export function chainStoreConformance(open: () => ChainStore): void {
  it('continues no chain that is unknown, and keeps nothing of that request', async () => {
    const store = open();
    const fresh = chainOf();
    const unknown = { chainId: systemRandom.bytes(16), iMin: 360, iMax: 361 };
    expect(await store.claim([fresh], [unknown])).toEqual(refused('chain-not-continued'));
    expect(await store.find(fresh.chainId)).toBeUndefined();
  });

  it('continues no chain into a period that was given, nor twice into the same (LK6)', async () => {
    const store = open();
    const chain = chainOf();
    await store.claim([chain], []);
    const next = { chainId: chain.chainId, iMin: 353, iMax: 354 };
    expect(await store.claim([], [{ ...next, iMin: 352 }])).toEqual(refused('chain-not-continued'));
    expect(await store.claim([], [next, { ...next, iMax: 355 }])).toEqual(refused('chain-not-continued'));
    expect(await store.claim([], [next])).toEqual([{ ...chain, iMax: 354 }]);
    expect(await store.claim([], [next])).toEqual(refused('chain-not-continued'));
  });

  it('moves a chain forward only from where it stands', async () => {
    const store = open();
    const chain = chainOf({ baseI: 340 });
    await store.claim([chain], []);
    expect(await store.behind(340, 10)).toEqual([]);
    expect(await store.behind(341, 10)).toEqual([chain]);
    const moved = { ...chain, baseI: 341, sealedSeed: systemRandom.bytes(44) };
    await store.replaceSeed(moved, 339);
    expect(await store.find(chain.chainId)).toEqual(chain);
    await store.replaceSeed(moved, 340);
    expect(await store.find(chain.chainId)).toEqual(moved);
    await store.dropEnded(353);
  });

  it('erases chains whose last period is over', async () => {
    const store = open();
    const [ended, living] = [chainOf({ iMax: 340 }), chainOf({ iMax: 341 })];
    await store.claim([ended, living], []);
    expect(await store.dropEnded(341)).toBe(1);
    expect(await store.find(ended.chainId)).toBeUndefined();
    expect(await store.find(living.chainId)).toEqual(living);
  });

  it('keeps no fresh chain of a closed period: the label of its seed may be gone, and nobody could revoke by it', async () => {
    const store = open();
    const early = chainOf({ baseI: 350, iMax: 360 });
    await store.claim([early], []);
    await store.closeBefore(351);
    await store.closeBefore(340);
    const late = chainOf({ baseI: 350, iMax: 360 });
    expect(await store.claim([late], [])).toEqual(refused('period-closed'));
    expect(await store.find(late.chainId)).toBeUndefined();
    expect(await store.claim([chainOf({ baseI: 351, iMax: 360 })], [])).toEqual([]);
    expect(await store.claim([], [{ chainId: early.chainId, iMin: 361, iMax: 361 }])).toEqual([
      { ...early, iMax: 361 },
    ]);
  });
}
