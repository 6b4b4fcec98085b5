/** The chains in PostgreSQL. */
import { LessThan, type DataSource, type EntityManager } from 'typeorm';
import { refused, type Refused } from '#credentials/refusal.js';
import type { StoredChain } from '../domain/chain-seeds.js';
import { ChainEntity } from './chain.entity.js';

/** Periods from `iMin` to `iMax` of a chain, not given before. */
export interface Continuation {
  readonly chainId: Uint8Array;
  readonly iMin: number;
  readonly iMax: number;
}

export interface ChainStore {
  /**
   * Keeps fresh chains and claims periods of others, all or nothing: the continued chains in their order. Refused when one is
   * unknown or was given values for a period from its `iMin` on, and when a fresh one stands at a period that was closed.
   */
  claim(
    fresh: readonly StoredChain[],
    continued: readonly Continuation[],
  ): Promise<StoredChain[] | Refused<'chain-not-continued' | 'period-closed'>>;
  /**
   * From now on no fresh chain is kept that stands before period `i`; what was being kept is there when this resolves. So
   * `behind` then shows every chain whose seed is sealed under a label of before.
   */
  closeBefore(i: number): Promise<void>;
  find(chainId: Uint8Array): Promise<StoredChain | undefined>;
  /** At most `limit` chains that stand before period `i`. */
  behind(i: number, limit: number): Promise<StoredChain[]>;
  /** Replaces the seed of a chain that still stands at `fromI`. */
  replaceSeed(chain: StoredChain, fromI: number): Promise<void>;
  /** Erases chains whose last period is before `i`; how many. */
  dropEnded(i: number): Promise<number>;
}

export function chainStore(dataSource: DataSource): ChainStore {
  const chains = dataSource.getRepository(ChainEntity);
  return {
    claim: (fresh, continued) => claimOrNothing(dataSource, fresh, continued),
    async find(chainId) {
      const row = await chains.findOneBy({ chainId: Buffer.from(chainId) });
      return row === null ? undefined : storedChain(row);
    },
    async behind(i, limit) {
      return (await chains.find({ where: { baseI: LessThan(i) }, take: limit })).map(storedChain);
    },
    async replaceSeed({ chainId, baseI, sealedSeed }, fromI) {
      await chains.update(
        { chainId: Buffer.from(chainId), baseI: fromI },
        { baseI, sealedSeed: Buffer.from(sealedSeed) },
      );
    },
    async closeBefore(i) {
      await dataSource.query('UPDATE chain_floor SET i_value = greatest(i_value, $1)', [i]);
    },
    dropEnded: async (i) => (await chains.delete({ iMax: LessThan(i) })).affected ?? 0,
  };
}

type ClaimRefusal = 'chain-not-continued' | 'period-closed';

/** Ends a transaction that is to leave nothing behind. */
class NotClaimed extends Error {
  constructor(readonly reason: ClaimRefusal) {
    super(reason);
  }
}

async function claimOrNothing(
  dataSource: DataSource,
  fresh: readonly StoredChain[],
  continued: readonly Continuation[],
): Promise<StoredChain[] | Refused<ClaimRefusal>> {
  try {
    return await dataSource.transaction((manager) => claimAll(manager, fresh, continued));
  } catch (error) {
    if (error instanceof NotClaimed) return refused(error.reason);
    throw error;
  }
}

async function claimAll(
  manager: EntityManager,
  fresh: readonly StoredChain[],
  continued: readonly Continuation[],
): Promise<StoredChain[]> {
  const floor = fresh.length > 0 ? await floorOf(manager) : 0;
  if (fresh.some(({ baseI }) => baseI < floor)) throw new NotClaimed('period-closed');
  if (fresh.length > 0) await manager.insert(ChainEntity, fresh.map(chainRow));
  const claimed: StoredChain[] = [];
  for (const continuation of continued) {
    const chain = await claimOne(manager, continuation);
    if (chain === undefined) throw new NotClaimed('chain-not-continued');
    claimed.push(chain);
  }
  return claimed;
}

/** Shared until the transaction ends: whoever closes a period waits for the chains that are being kept. */
async function floorOf(manager: EntityManager): Promise<number> {
  const rows = await manager.query<{ i_value: number }[]>('SELECT i_value FROM chain_floor FOR SHARE');
  if (rows[0] === undefined) throw new Error('the floor of the chains is missing');
  return rows[0].i_value;
}

/** One statement decides: two requests for the same periods cannot both have them. */
async function claimOne(
  manager: EntityManager,
  { chainId, iMin, iMax }: Continuation,
): Promise<StoredChain | undefined> {
  const updated = await manager
    .createQueryBuilder()
    .update(ChainEntity)
    .set({ iMax })
    .where('chain_id = :chainId AND i_max < :iMin', { chainId: Buffer.from(chainId), iMin })
    .execute();
  if (updated.affected !== 1) return undefined;
  const row = await manager.findOneBy(ChainEntity, { chainId: Buffer.from(chainId) });
  return row === null ? undefined : storedChain(row);
}

const chainRow = (chain: StoredChain): ChainEntity => ({
  chainId: Buffer.from(chain.chainId),
  baseI: chain.baseI,
  sealedSeed: Buffer.from(chain.sealedSeed),
  iMax: chain.iMax,
});

const storedChain = (row: ChainEntity): StoredChain => ({
  chainId: new Uint8Array(row.chainId),
  baseI: row.baseI,
  sealedSeed: new Uint8Array(row.sealedSeed),
  iMax: row.iMax,
});
