/** The chains in PostgreSQL. */
import { LessThan, type DataSource, type EntityManager } from 'typeorm';
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
   * Keeps fresh chains and claims periods of others, all or nothing: the continued chains in their order, or `undefined` when
   * one is unknown or was given values for a period from its `iMin` on.
   */
  claim(fresh: readonly StoredChain[], continued: readonly Continuation[]): Promise<StoredChain[] | undefined>;
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
    dropEnded: async (i) => (await chains.delete({ iMax: LessThan(i) })).affected ?? 0,
  };
}

/** Ends a transaction that is to leave nothing behind. */
class NotContinued extends Error {}

async function claimOrNothing(
  dataSource: DataSource,
  fresh: readonly StoredChain[],
  continued: readonly Continuation[],
): Promise<StoredChain[] | undefined> {
  try {
    return await dataSource.transaction((manager) => claimAll(manager, fresh, continued));
  } catch (error) {
    if (error instanceof NotContinued) return undefined;
    throw error;
  }
}

async function claimAll(
  manager: EntityManager,
  fresh: readonly StoredChain[],
  continued: readonly Continuation[],
): Promise<StoredChain[]> {
  if (fresh.length > 0) await manager.insert(ChainEntity, fresh.map(chainRow));
  const claimed: StoredChain[] = [];
  for (const continuation of continued) {
    const chain = await claimOne(manager, continuation);
    if (chain === undefined) throw new NotContinued('a chain is not continued');
    claimed.push(chain);
  }
  return claimed;
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
