/** The pool: items that wait until enough devices are there to travel with. */
import type { DataSource, EntityManager } from 'typeorm';
import { compareBytes } from '#crypto/bytes.js';
import { ensurePeriodPartitions } from '#persistence/period-partitions.js';
import type { ShuffleRules } from '../domain/draw-batches.js';
import type { PoolItem } from '../domain/expansion.js';
import { packPooled, REQUEST_ID_BYTES, type PooledItem } from '../domain/packed-items.js';

const HASH_BYTES = 32;
/** Of SM3 of a cocoon key; `asked_keys.key_tag` says why that is enough. */
const TAG_BYTES = 16;

/** All items that one request puts into the pool at once, of any periods. */
export interface RequestItems {
  readonly requestId: Uint8Array;
  /** Name of their public fields, 32 bytes. */
  readonly classKey: Uint8Array;
  readonly items: readonly PoolItem[];
}

/** What one request has in the pool for one period. */
export interface PoolRow {
  readonly i: number;
  readonly requestId: Uint8Array;
  readonly classKey: Uint8Array;
  readonly items: readonly PooledItem[];
}

/** Items that may travel together: one period, the same public fields. */
export interface PoolClass {
  readonly i: number;
  readonly classKey: Buffer;
  readonly items: number;
  /** A device is granted a period once: it has one row. */
  readonly devices: number;
}

/** To be called before a transaction that inserts items: partitions made in it would be locked until its end. */
export const preparePeriods = (dataSource: DataSource, periods: readonly number[]): Promise<void> =>
  ensurePeriodPartitions(dataSource, 'asked_keys', periods);

/**
 * Puts the items of several requests into the pool; false when a cocoon key was asked for before in its period, or is there
 * twice: the transaction must then be undone. A chosen duplicate never comes as far as a batch, where it would spoil the
 * items of others. A request has nothing in the pool for these periods yet.
 */
export async function insertMany(manager: EntityManager, requests: readonly RequestItems[]): Promise<boolean> {
  const items = requests.flatMap((request) => request.items);
  const periods = [...new Set(items.map(({ i }) => i))];
  await ensurePeriodPartitions(manager, 'asked_keys', periods);
  if (!(await claimKeys(manager, items))) return false;
  await insertRows(manager, requests.flatMap(rowsOf));
  return true;
}

/** `insertMany` for one request. */
export const insertItems = (
  manager: EntityManager,
  requestId: Uint8Array,
  classKey: Uint8Array,
  items: readonly PoolItem[],
): Promise<boolean> => insertMany(manager, [{ requestId, classKey, items }]);

/** Whether none was asked for before: the primary key decides, not a look-up. */
async function claimKeys(manager: EntityManager, items: readonly PoolItem[]): Promise<boolean> {
  // In the order of the index: two that claim the same keys at once wait for each other instead of locking each other out.
  const sorted = items
    .map(({ i, keyHash }) => ({ i, tag: keyHash.subarray(0, TAG_BYTES) }))
    .sort((a, b) => a.i - b.i || compareBytes(a.tag, b.tag));
  const [row]: { claimed: string }[] = await manager.query(
    `WITH claimed AS (
      INSERT INTO asked_keys (i, key_tag)
        SELECT k.i, substring($2::bytea FROM ${TAG_BYTES} * (k.n - 1)::integer + 1 FOR ${TAG_BYTES})
        FROM unnest($1::integer[]) WITH ORDINALITY AS k(i, n) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*) AS claimed FROM claimed`,
    [sorted.map(({ i }) => i), Buffer.concat(sorted.map(({ tag }) => tag))],
  );
  return Number(row?.claimed) === items.length;
}

function rowsOf({ requestId, classKey, items }: RequestItems): PoolRow[] {
  const byPeriod = new Map<number, PoolItem[]>();
  for (const item of items) {
    const ofPeriod = byPeriod.get(item.i);
    if (ofPeriod === undefined) byPeriod.set(item.i, [item]);
    else ofPeriod.push(item);
  }
  return [...byPeriod].map(([i, ofPeriod]) => ({ i, requestId, classKey, items: ofPeriod }));
}

/** Rows of requests that may have something for the period in the pool already: what a batch gives back goes beside it. */
export async function insertRows(manager: EntityManager, rows: readonly PoolRow[]): Promise<void> {
  if (rows.length === 0) return;
  const packed = rows.map(({ items }) => packPooled(items));
  await manager.query(
    `INSERT INTO pool (i, request_id, class_key, item_count, items)
      SELECT r.i, substring($1::bytea FROM ${REQUEST_ID_BYTES} * (n - 1)::integer + 1 FOR ${REQUEST_ID_BYTES}),
        substring($2::bytea FROM ${HASH_BYTES} * (n - 1)::integer + 1 FOR ${HASH_BYTES}),
        r.item_count, substring($3::bytea FROM (sum(r.size) OVER (ORDER BY n))::integer - r.size + 1 FOR r.size)
      FROM unnest($4::integer[], $5::integer[], $6::integer[]) WITH ORDINALITY AS r(i, item_count, size, n)
      ON CONFLICT (request_id, i) DO UPDATE
        SET items = pool.items || excluded.items, item_count = pool.item_count + excluded.item_count`,
    [
      Buffer.concat(rows.map(({ requestId }) => requestId)),
      Buffer.concat(rows.map(({ classKey }) => classKey)),
      Buffer.concat(packed),
      rows.map(({ i }) => i),
      rows.map(({ items }) => items.length),
      packed.map(({ length }) => length),
    ],
  );
}

/** Requests of a device, among these, that have items in the pool or in a batch: SQL over `requests r`. */
export const HAS_OWED_ITEMS = `(EXISTS (SELECT 1 FROM pool p WHERE p.request_id = r.request_id)
  OR EXISTS (SELECT 1 FROM batches b WHERE b.i BETWEEN r.i_min AND r.i_max AND position(r.request_id IN b.keys) > 0))`;

export class PoolStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly rules: ShuffleRules,
  ) {}

  /** What waits, class by class. */
  async classes(): Promise<PoolClass[]> {
    const rows: { i: number; class_key: Buffer; items: string; devices: string }[] = await this.dataSource.query(
      `SELECT i, class_key, sum(item_count) AS items, count(*) AS devices
        FROM pool GROUP BY i, class_key ORDER BY i, class_key`,
    );
    return rows.map(({ i, class_key, items, devices }) => ({
      i,
      classKey: class_key,
      items: Number(items),
      devices: Number(devices),
    }));
  }

  async hasItems(): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query('SELECT 1 FROM pool LIMIT 1');
    return rows.length > 0;
  }

  /**
   * What the PCA is behind: items in batches, and in classes that give at least one full batch of enough devices (a row is one
   * device's). While it is more than a bound nothing is expanded and no new request taken. Smaller classes do not count: they
   * wait for company, perhaps for ever, and must not keep others waiting; as soon as there is enough of it they are batches.
   * Both tables hold some thousand rows at most because of that bound: counting costs about a millisecond.
   */
  async owedItems(): Promise<number> {
    const [row]: { items: string }[] = await this.dataSource.query(
      `SELECT coalesce((SELECT sum(items) FROM (
          SELECT sum(item_count) AS items FROM pool GROUP BY i, class_key
            HAVING sum(item_count) >= $1 AND count(*) >= $2) AS full_classes), 0)
        + coalesce((SELECT sum(item_count) FROM batches), 0) AS items`,
      [this.rules.maximumItems, this.rules.minimumDevices],
    );
    return Number(row?.items);
  }
}
