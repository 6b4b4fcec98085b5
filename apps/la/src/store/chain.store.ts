/** The chains in PostgreSQL. */
import { LessThan, type DataSource, type EntityManager } from 'typeorm';
import { idKey } from '#credentials/certificate-facts.js';
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
  if (fresh.length > 0) await insertAll(manager, fresh);
  return continued.length > 0 ? claimContinued(manager, continued) : [];
}

/** Shared until the transaction ends: whoever closes a period waits for the chains that are being kept. */
async function floorOf(manager: EntityManager): Promise<number> {
  const rows = await manager.query<{ i_value: number }[]>('SELECT i_value FROM chain_floor FOR SHARE');
  if (rows[0] === undefined) throw new Error('the floor of the chains is missing');
  return rows[0].i_value;
}

interface ClaimedRow {
  chain_id: Uint8Array;
  base_i: number;
  sealed_seed: Uint8Array;
  i_max: number;
}

/** One statement decides: two requests for the same periods cannot both have them, and no request has them twice. */
async function claimContinued(manager: EntityManager, continued: readonly Continuation[]): Promise<StoredChain[]> {
  const rows = await manager.query<ClaimedRow[]>(
    `WITH claimed AS (
       UPDATE chain SET i_max = wanted.i_max
       FROM unnest($1::bytea[], $2::integer[], $3::integer[]) AS wanted (chain_id, i_min, i_max)
       WHERE chain.chain_id = wanted.chain_id AND chain.i_max < wanted.i_min
       RETURNING chain.chain_id, chain.base_i, chain.sealed_seed, chain.i_max)
     SELECT * FROM claimed`,
    [
      continued.map(({ chainId }) => Buffer.from(chainId)),
      continued.map(({ iMin }) => iMin),
      continued.map(({ iMax }) => iMax),
    ],
  );
  const found = new Map(rows.map((row) => [idKey(row.chain_id), row]));
  const claimed = continued.flatMap(({ chainId }) => found.get(idKey(chainId)) ?? []);
  if (rows.length !== continued.length || claimed.length !== rows.length) throw new NotClaimed('chain-not-continued');
  return claimed.map((row) =>
    storedChain({ chainId: row.chain_id, baseI: row.base_i, sealedSeed: row.sealed_seed, iMax: row.i_max }),
  );
}

/** One statement of four columns, however many rows. */
async function insertAll(manager: EntityManager, chains: readonly StoredChain[]): Promise<void> {
  await manager.query(
    `INSERT INTO chain (chain_id, base_i, sealed_seed, i_max)
     SELECT * FROM unnest($1::bytea[], $2::integer[], $3::bytea[], $4::integer[])`,
    [
      chains.map(({ chainId }) => Buffer.from(chainId)),
      chains.map(({ baseI }) => baseI),
      chains.map(({ sealedSeed }) => Buffer.from(sealedSeed)),
      chains.map(({ iMax }) => iMax),
    ],
  );
}

const storedChain = (row: ChainEntity): StoredChain => ({
  chainId: new Uint8Array(row.chainId),
  baseI: row.baseI,
  sealedSeed: new Uint8Array(row.sealedSeed),
  iMax: row.iMax,
});
