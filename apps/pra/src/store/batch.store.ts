/** Batches: drawn from the pool, sent to the PCA, answered or given back. */
import type { DataSource, EntityManager } from 'typeorm';
import { hex } from '#crypto/bytes.js';
import { ensurePeriodPartitions } from '#persistence/period-partitions.js';
import {
  KEY_BYTES,
  packBytes,
  packKeys,
  REQUEST_ID_BYTES,
  unpackBytes,
  unpackKeys,
  unpackPooled,
  type ItemKey,
  type PooledItem,
} from '../domain/packed-items.js';
import { pooledOf } from '../domain/batch-item.js';
import { insertRows, type PoolClass, type PoolRow } from './pool.store.js';
import { ItemClassEntity } from './request.entity.js';
import { lockPool } from './transaction.js';

/**
 * Rows of the pool that one draw reads, chosen at random: a device has one a period, with 20 items. So a draw holds 20 000 items
 * in memory: about 4 MB as they come, and each batch's own 100 kB while it is made.
 */
export const ROWS_A_DRAW = 1000;
/** As long as a batch is under way nobody else takes it; a worker that dies leaves it due after this time. */
const TAKEN_MILLIS = 5_000;
const HASH_BYTES = 32;

/** An item of the pool with its owner. */
export interface DrawnItem {
  /** Names the device: hex of its enrolment certificate's hash. */
  readonly device: string;
  readonly requestId: Buffer;
  readonly item: PooledItem;
}

/** An item as it is sent, and whose it is. */
export interface FormedItem extends ItemKey {
  readonly item: Uint8Array;
}

export interface OwedBatch {
  readonly batchId: Buffer;
  readonly i: number;
  readonly attempts: number;
  readonly formedMillis: number;
  /** In the order in which they are sent. */
  readonly items: readonly FormedItem[];
}

/** What is made of a pool: batches of its items, in the order in which they are to travel, each with an id. */
export interface Formed {
  readonly batchId: Uint8Array;
  readonly drawn: readonly DrawnItem[];
}

export class BatchStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Forms batches of a class in one transaction. `draw` gets what waits (at most ROWS_A_DRAW rows of it), without blocked
   * devices (BI10); `encode` makes the item that is sent, with the encoded PublicFields of the class. Answers how many items
   * were drawn.
   */
  form(
    { i, classKey }: PoolClass,
    formedMillis: number,
    draw: (items: DrawnItem[]) => readonly Formed[],
    encode: (item: PooledItem, fields: Uint8Array) => Uint8Array,
  ): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      await lockPool(manager);
      const waiting = await drawnItems(manager, i, classKey);
      const formed = draw(waiting);
      if (formed.length === 0) return 0;
      const { fields } = await manager.findOneByOrFail(ItemClassEntity, { classKey });
      for (const { batchId, drawn } of formed) {
        const items = drawn.map(({ requestId, item }) => ({ requestId, j: item.j, item: encode(item, fields) }));
        await insertBatch(manager, { batchId, i, classKey, formedMillis, items });
      }
      await removeFromPool(manager, { i, classKey }, waiting, new Set(formed.flatMap(({ drawn }) => drawn)));
      return formed.reduce((sum, { drawn }) => sum + drawn.length, 0);
    });
  }

  /**
   * The longest waiting batch that is due, from now on marked as sent: the PCA may know it. Several workers may ask at once;
   * each gets another, and keeps it for some seconds.
   */
  async take(nowMillis: number): Promise<OwedBatch | undefined> {
    const now = Math.floor(nowMillis);
    const [rows]: [BatchRow[], number] = await this.dataSource.query(
      `UPDATE batches SET state = 'sent', due_millis = $2 WHERE batch_id = (
        SELECT batch_id FROM batches WHERE due_millis <= $1 ORDER BY due_millis LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING batch_id, i, attempts, formed_millis, keys, items`,
      [now, now + TAKEN_MILLIS],
    );
    const [row] = rows;
    return row && owedBatch(row);
  }

  /**
   * Stores all answers of a batch together, in its order, with the hashes of the items they answer, and forgets the batch; a
   * second worker with the same answers changes nothing. The batch's row is the lock between them.
   */
  async answer(
    batch: OwedBatch,
    answers: readonly { itemHash: Uint8Array; answer: Uint8Array }[],
    nowMillis: number,
  ): Promise<void> {
    if (answers.length !== batch.items.length) throw new RangeError('answers: not one for each item');
    for (const table of ['answers', 'handles']) await ensurePeriodPartitions(this.dataSource, table, [batch.i]);
    await this.dataSource.transaction(async (manager) => {
      if (!(await forget(manager, batch.batchId))) return;
      const keys = packKeys(batch.items);
      await insertAnswers(manager, batch.i, keys, answers, Math.floor(nowMillis));
      await insertHandles(manager, batch.i, keys, answers);
    });
  }

  async postpone(batch: OwedBatch, dueMillis: number): Promise<void> {
    await this.dataSource.query('UPDATE batches SET attempts = $2, due_millis = $3 WHERE batch_id = $1', [
      batch.batchId,
      batch.attempts + 1,
      Math.floor(dueMillis),
    ]);
  }

  /** Back to the pool: for a batch that the PCA has refused whole, and so never issued. */
  async dissolve(batch: OwedBatch): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await lockPool(manager);
      await dissolveBatch(manager, batch.batchId);
    });
  }

  async isAnyDue(nowMillis: number): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query('SELECT 1 FROM batches WHERE due_millis <= $1 LIMIT 1', [
      Math.floor(nowMillis),
    ]);
    return rows.length > 0;
  }

  async count(): Promise<number> {
    const [row]: { count: string }[] = await this.dataSource.query('SELECT count(*) FROM batches');
    return Number(row?.count);
  }
}

interface BatchRow {
  batch_id: Buffer;
  i: number;
  attempts: number;
  formed_millis: string;
  keys: Buffer;
  items: Buffer;
}

const owedBatch = (row: BatchRow): OwedBatch => ({
  batchId: row.batch_id,
  i: row.i,
  attempts: row.attempts,
  formedMillis: Number(row.formed_millis),
  items: formedItems(row.keys, row.items),
});

function formedItems(keys: Buffer, items: Buffer): FormedItem[] {
  const parts = unpackBytes(items);
  return unpackKeys(keys).map((key, n) => ({ ...key, item: parts[n] as Uint8Array }));
}

async function drawnItems(manager: EntityManager, i: number, classKey: Buffer): Promise<DrawnItem[]> {
  const rows: { request_id: Buffer; ec_hash: Buffer; items: Buffer }[] = await manager.query(
    `SELECT p.request_id, r.ec_hash, p.items FROM pool p JOIN requests r USING (request_id)
      WHERE p.i = $1 AND p.class_key = $2
        AND NOT EXISTS (SELECT 1 FROM blacklist b WHERE b.ec_hash = r.ec_hash) ORDER BY random() LIMIT $3`,
    [i, classKey, ROWS_A_DRAW],
  );
  return rows.flatMap(({ request_id, ec_hash, items }) => {
    const device = hex(ec_hash);
    return unpackPooled(items).map((item) => ({ device, requestId: request_id, item }));
  });
}

async function insertBatch(
  manager: EntityManager,
  batch: {
    batchId: Uint8Array;
    i: number;
    classKey: Buffer;
    formedMillis: number;
    items: readonly FormedItem[];
  },
): Promise<void> {
  const moment = Math.floor(batch.formedMillis);
  await manager.query(
    `INSERT INTO batches (batch_id, i, class_key, state, formed_millis, attempts, due_millis, item_count, keys, items)
      VALUES ($1, $2, $3, 'formed', $4, 0, $4, $5, $6, $7)`,
    [
      Buffer.from(batch.batchId),
      batch.i,
      batch.classKey,
      moment,
      batch.items.length,
      packKeys(batch.items),
      packBytes(batch.items.map(({ item }) => item)),
    ],
  );
}

/** Rows that gave something go; what they did not give comes back as a shorter row. */
async function removeFromPool(
  manager: EntityManager,
  pool: { i: number; classKey: Buffer },
  waiting: readonly DrawnItem[],
  drawn: ReadonlySet<DrawnItem>,
): Promise<void> {
  const touched = new Map([...drawn].map(({ requestId }) => [hex(requestId), requestId]));
  await manager.query(
    `DELETE FROM pool USING generate_series(1, $3::integer) AS n WHERE i = $1
      AND request_id = substring($2::bytea FROM ${REQUEST_ID_BYTES} * (n - 1) + 1 FOR ${REQUEST_ID_BYTES})`,
    [pool.i, Buffer.concat([...touched.values()]), touched.size],
  );
  const left = new Map<string, PooledItem[]>([...touched.keys()].map((name) => [name, []]));
  for (const item of waiting) if (!drawn.has(item)) left.get(hex(item.requestId))?.push(item.item);
  await insertRows(manager, rowsOf(pool, touched, left));
}

function rowsOf(
  pool: { i: number; classKey: Buffer },
  requests: ReadonlyMap<string, Uint8Array>,
  items: ReadonlyMap<string, readonly PooledItem[]>,
): PoolRow[] {
  return [...items]
    .filter(([, ofRequest]) => ofRequest.length > 0)
    .map(([name, ofRequest]) => ({ ...pool, requestId: requests.get(name) as Uint8Array, items: ofRequest }));
}

/** Whether it was still there: who deletes the row has the batch. */
async function forget(manager: EntityManager, batchId: Buffer): Promise<boolean> {
  const [, deleted]: [unknown, number] = await manager.query('DELETE FROM batches WHERE batch_id = $1', [batchId]);
  return deleted === 1;
}

async function insertAnswers(
  manager: EntityManager,
  i: number,
  keys: Buffer,
  answers: readonly { answer: Uint8Array }[],
  moment: number,
): Promise<void> {
  await manager.query(
    `INSERT INTO answers (i, j, answered_millis, request_id, answer)
      SELECT $1, get_byte($3::bytea, ${KEY_BYTES} * n::integer - 1), $2,
        substring($3::bytea FROM ${KEY_BYTES} * (n - 1)::integer + 1 FOR ${REQUEST_ID_BYTES}),
        substring($4::bytea FROM (sum(size) OVER (ORDER BY n))::integer - size + 1 FOR size)
      FROM unnest($5::integer[]) WITH ORDINALITY AS a(size, n)`,
    [i, moment, keys, Buffer.concat(answers.map(({ answer }) => answer)), answers.map(({ answer }) => answer.length)],
  );
}

async function insertHandles(
  manager: EntityManager,
  i: number,
  keys: Buffer,
  answers: readonly { itemHash: Uint8Array }[],
): Promise<void> {
  await manager.query(
    `INSERT INTO handles (i, item_hash, request_id)
      SELECT $1, substring($3::bytea FROM ${HASH_BYTES} * (n - 1) + 1 FOR ${HASH_BYTES}),
        substring($2::bytea FROM ${KEY_BYTES} * (n - 1) + 1 FOR ${REQUEST_ID_BYTES})
      FROM generate_series(1, $4::integer) AS n`,
    [i, keys, Buffer.concat(answers.map(({ itemHash }) => itemHash)), answers.length],
  );
}

/**
 * Items of a batch go back to the pool; the batch is no more. Only for one the PCA cannot have answered, and under the pool's
 * lock.
 */
export async function dissolveBatch(manager: EntityManager, batchId: Uint8Array): Promise<void> {
  const [rows]: [{ i: number; class_key: Buffer; keys: Buffer; items: Buffer }[], number] = await manager.query(
    'DELETE FROM batches WHERE batch_id = $1 RETURNING i, class_key, keys, items',
    [Buffer.from(batchId)],
  );
  for (const { i, class_key, keys, items } of rows) {
    const requests = new Map<string, Uint8Array>();
    const left = new Map<string, PooledItem[]>();
    for (const { requestId, j, item } of formedItems(keys, items)) {
      const name = hex(requestId);
      requests.set(name, requestId);
      left.set(name, [...(left.get(name) ?? []), { j, ...pooledOf(item) }]);
    }
    await insertRows(manager, rowsOf({ i, classKey: class_key }, requests, left));
  }
}
