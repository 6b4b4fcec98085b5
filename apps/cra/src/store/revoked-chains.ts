/** Rows of `revoked_chain`, many at a time: a roll-over changes every one. */
import type { EntityManager } from 'typeorm';
import { idKey } from '#credentials/certificate-facts.js';
import type { LinkedEntry } from '#credentials/linked-crl.js';
import { RevokedChainEntity } from './revoked-chain.entity.js';
import type { RevokedChains, StoredChain } from './revoked-rows.js';

/** How many rows are read or changed by one statement. */
const AT_ONCE = 10_000;

const bufferOrNull = (bytes: Uint8Array | undefined): Buffer | null => (bytes ? Buffer.from(bytes) : null);

/** A chain that stands already with these very seeds is revoked already. */
export async function takeChains(manager: EntityManager, chains: readonly LinkedEntry[]): Promise<void> {
  const rows = chains.map(({ iRev, iMax, jMax, la1Id, seed1, la2Id, seed2 }) => ({
    ...{ iRev, iMax, jMax, la1Id: Buffer.from(la1Id), seed1: Buffer.from(seed1) },
    ...{ la2Id: bufferOrNull(la2Id), seed2: bufferOrNull(seed2), firstCrl: null },
  }));
  await manager.createQueryBuilder().insert().into(RevokedChainEntity).values(rows).orIgnore().execute();
}

interface Row {
  id: number;
  i_rev: number;
  i_max: number;
  j_max: number;
  la1_id: Buffer;
  seed1: Buffer;
  la2_id: Buffer | null;
  seed2: Buffer | null;
  first_crl: number | null;
}
const stored = (row: Row): StoredChain => ({
  id: row.id,
  isOwed: row.first_crl === null,
  iRev: row.i_rev,
  iMax: row.i_max,
  jMax: row.j_max,
  la1Id: new Uint8Array(row.la1_id),
  seed1: new Uint8Array(row.seed1),
  ...(row.la2_id && row.seed2 ? { la2Id: new Uint8Array(row.la2_id), seed2: new Uint8Array(row.seed2) } : {}),
});

function* inTurns<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += AT_ONCE) yield items.slice(from, from + AT_ONCE);
}

export function revokedChains(manager: EntityManager): RevokedChains {
  const rows = async (where: string): Promise<StoredChain[]> => {
    const found: StoredChain[] = [];
    for (let after = 0, isMore = true; isMore;) {
      const some = (await manager.query(
        `SELECT * FROM revoked_chain WHERE id > $1 AND ${where} ORDER BY id LIMIT ${AT_ONCE}`,
        [after],
      )) as Row[];
      for (const row of some) found.push(stored(row));
      after = some.at(-1)?.id ?? after;
      isMore = some.length === AT_ONCE;
    }
    return found;
  };
  return {
    owed: () => rows('first_crl IS NULL'),
    all: () => rows('true'),
    async known(seeds, i) {
      const known = (await manager.query(
        'SELECT seed1 FROM revoked_chain WHERE seed1 = ANY($1::bytea[]) AND i_rev = $2',
        [seeds.map((seed) => Buffer.from(seed)), i],
      )) as { seed1: Buffer }[];
      return new Set(known.map(({ seed1 }) => idKey(seed1)));
    },
    async moveOn(chains) {
      for (const some of inTurns(chains)) {
        await manager.query(
          `UPDATE revoked_chain SET i_rev = moved.i_rev, seed1 = moved.seed1, seed2 = moved.seed2
            FROM unnest($1::int[], $2::int[], $3::bytea[], $4::bytea[]) AS moved (id, i_rev, seed1, seed2)
            WHERE revoked_chain.id = moved.id`,
          [
            some.map(({ id }) => id),
            some.map(({ iRev }) => iRev),
            some.map(({ seed1 }) => Buffer.from(seed1)),
            some.map(({ seed2 }) => bufferOrNull(seed2)),
          ],
        );
      }
    },
    async list(chains, number) {
      for (const some of inTurns(chains.filter(({ isOwed }) => isOwed))) {
        const ids = some.map(({ id }) => id);
        await manager.query('UPDATE revoked_chain SET first_crl = $1 WHERE id = ANY($2::int[])', [number, ids]);
      }
    },
    async erase(chains) {
      for (const some of inTurns(chains))
        await manager.query('DELETE FROM revoked_chain WHERE id = ANY($1::int[])', [some.map(({ id }) => id)]);
    },
  };
}
