/** ChainStore in memory, for tests; passes the same suite as the one in PostgreSQL. */
import { refused } from '#credentials/refusal.js';
import type { StoredChain } from '../domain/chain-seeds.js';
import type { ChainStore } from './chain.store.js';

const key = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function memoryChainStore(): ChainStore {
  let rows = new Map<string, StoredChain>();
  let floor = 0;
  return {
    async claim(fresh, continued) {
      if (fresh.some(({ baseI }) => baseI < floor)) return refused('period-closed');
      const after = new Map(rows);
      for (const chain of fresh) after.set(key(chain.chainId), chain);
      const claimed: StoredChain[] = [];
      for (const { chainId, iMin, iMax } of continued) {
        const chain = after.get(key(chainId));
        if (chain === undefined || chain.iMax >= iMin) return refused('chain-not-continued');
        claimed.push({ ...chain, iMax });
        after.set(key(chainId), { ...chain, iMax });
      }
      rows = after;
      return claimed;
    },
    find: async (chainId) => rows.get(key(chainId)),
    behind: async (i, limit) => [...rows.values()].filter(({ baseI }) => baseI < i).slice(0, limit),
    async replaceSeed(chain, fromI) {
      const before = rows.get(key(chain.chainId));
      if (before?.baseI === fromI)
        rows.set(key(chain.chainId), { ...before, baseI: chain.baseI, sealedSeed: chain.sealedSeed });
    },
    async closeBefore(i) {
      floor = Math.max(floor, i);
    },
    async dropEnded(i) {
      const ended = [...rows].filter(([, { iMax }]) => iMax < i);
      for (const [id] of ended) rows.delete(id);
      return ended.length;
    },
  };
}
