/** What the check reads: one batch at a time, in the order of the batches' random references. */
import type { DataSource } from 'typeorm';
import { packed, apart } from './packed.js';
import { partitionPeriods } from '#persistence/period-partitions.js';
import type { StoredBatch, StoredIntent } from '../domain/check-issued.js';
import { ISSUED_TABLES } from './issued.store.js';

/** Intents of a period that no certificate was found for. */
export interface LooseIntents {
  /** Without a result. */
  readonly open: number;
  /** Whose batch has results, but none for them: SM3 of the requests; at most a thousand. */
  readonly lost: readonly Uint8Array[];
}

export interface CheckStore {
  /** The periods from `sinceI` on of which anything is stored, ascending. */
  periods(sinceI: number): Promise<number[]>;
  /** The batch behind `after` in that period; undefined behind the last. */
  batchAfter(i: number, after: string): Promise<string | undefined>;
  batch(i: number, batch: string): Promise<StoredBatch>;
  /** The intents with these linkage values. */
  intentsWith(i: number, lvs: readonly Uint8Array[]): Promise<StoredIntent[]>;
  /** The intents of a batch; looks through the whole period. */
  intentsOf(i: number, batch: string): Promise<StoredIntent[]>;
  loose(i: number): Promise<LooseIntents>;
}

/** Before every reference. */
export const FIRST_BATCH = '00000000-0000-0000-0000-000000000000';
const LV_BYTES = 9;
const HASH_BYTES = 32;

const BATCH = `
  SELECT certificates, c.starts, certificate_hashes, cardinality(a.starts) - 1 AS answers
    FROM issued_certificates c LEFT JOIN issued_answers a ON a.i = $1::integer AND a.batch = c.batch
   WHERE c.i = $1 AND c.batch = $2::uuid`;
const INTENT = 'SELECT lv, first_tag, second_tag, tbs_hash, batch, place FROM issued';
const WITH_LV = `${INTENT} WHERE i = $1::integer AND lv = ANY (ARRAY(
  SELECT substr($2::bytea, n * ${LV_BYTES} + 1, ${LV_BYTES}) FROM generate_series(0, $3::integer - 1) AS n))`;
const OPEN = `
  SELECT count(*) AS n FROM issued
   WHERE i = $1 AND NOT EXISTS (SELECT FROM issued_certificates c WHERE c.i = $1 AND c.batch = issued.batch)`;
/** A place behind the last, or one that two intents share: only one of them can be its own. */
const LOST = `
  SELECT item_hash FROM (
    SELECT item_hash, place, cardinality(c.starts) - 1 AS places, row_number() OVER (PARTITION BY batch, place) AS nth
      FROM issued JOIN issued_certificates c USING (i, batch) WHERE i = $1) AS placed
   WHERE place >= places OR nth > 1 LIMIT 1000`;

interface BatchRow {
  certificates: Buffer;
  starts: number[];
  certificate_hashes: Buffer;
  answers: number | null;
}
interface IntentRow {
  lv: Buffer;
  first_tag: Buffer;
  second_tag: Buffer | null;
  tbs_hash: Buffer;
  batch: string;
  place: number;
}

const intentOf = (row: IntentRow): StoredIntent => ({
  lv: row.lv,
  firstTag: row.first_tag,
  secondTag: row.second_tag ?? undefined,
  tbsHash: row.tbs_hash,
  batch: row.batch,
  place: row.place,
});

export function checkStore(dataSource: DataSource): CheckStore {
  return {
    async periods(sinceI) {
      const all: number[] = [];
      for (const table of ISSUED_TABLES) all.push(...(await partitionPeriods(dataSource, table)));
      return [...new Set(all)].filter((i) => i >= sinceI).sort((a, b) => a - b);
    },
    async batchAfter(i, after) {
      const next = 'SELECT batch FROM issued_certificates WHERE i = $1 AND batch > $2::uuid ORDER BY batch LIMIT 1';
      return (await dataSource.query<{ batch: string }[]>(next, [i, after]))[0]?.batch;
    },
    async batch(i, batch) {
      const [row] = await dataSource.query<BatchRow[]>(BATCH, [i, batch]);
      if (row === undefined) throw new Error('a batch that was there is gone');
      const { certificates, starts, certificate_hashes: hashes, answers } = row;
      const certificateHashes = starts.slice(1).map((_, n) => hashes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES));
      return { i, batch, certificates: apart(certificates, starts), certificateHashes, answers: answers ?? undefined };
    },
    intentsWith: async (i, lvs) =>
      (await dataSource.query<IntentRow[]>(WITH_LV, [i, packed(lvs), lvs.length])).map(intentOf),
    intentsOf: async (i, batch) =>
      (await dataSource.query<IntentRow[]>(`${INTENT} WHERE i = $1 AND batch = $2::uuid`, [i, batch])).map(intentOf),
    async loose(i) {
      const [row] = await dataSource.query<{ n: string }[]>(OPEN, [i]);
      const lost = await dataSource.query<{ item_hash: Buffer }[]>(LOST, [i]);
      return { open: Number(row?.n), lost: lost.map(({ item_hash }) => item_hash) };
    },
  };
}
