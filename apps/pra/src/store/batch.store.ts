/** The pool of items, the batches drawn from it, and the answers of the PCA. */
import { hex } from '#crypto/bytes.js';
import type { DataSource, EntityManager } from 'typeorm';
import type { PoolEntry } from '../domain/choose-batch.js';
import { dissolveBatch } from './blacklist.store.js';
import { BatchEntity, ItemEntity } from './item.entity.js';
import { ItemClassEntity } from './request.entity.js';
import { lockPool } from './transaction.js';

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);

/** Items that may travel together: one period, the same public fields. */
export interface PoolClass {
  readonly i: number;
  readonly classKey: Buffer;
  readonly items: number;
  readonly devices: number;
}

export interface ItemKey {
  readonly requestId: Buffer;
  readonly j: number;
}

/** What an item in the pool is made of. */
export interface PooledItem extends ItemKey {
  readonly signingKey: Buffer;
  readonly encryptionKey: Buffer;
  readonly plv1: Buffer;
  readonly plv2: Buffer;
}

/** An item as it is sent. */
export interface FormedItem extends ItemKey {
  readonly item: Uint8Array;
  readonly itemHash: Uint8Array;
}

export interface OwedBatch {
  readonly batchId: Buffer;
  readonly attempts: number;
  readonly formedMillis: number;
  /** In their order. */
  readonly items: readonly { readonly item: Buffer; readonly itemHash: Buffer }[];
}

export class BatchStore {
  constructor(private readonly dataSource: DataSource) {}

  async classes(): Promise<PoolClass[]> {
    const rows: { i: number; class_key: Buffer; items: string; devices: string }[] = await this.dataSource.query(
      `SELECT t.i, r.class_key, count(*) AS items, count(DISTINCT r.ec_hash) AS devices
        FROM items t JOIN requests r ON r.request_id = t.request_id
        WHERE t.state = 'pooled' GROUP BY t.i, r.class_key ORDER BY t.i`,
    );
    return rows.map(({ i, class_key, items, devices }) => ({
      i,
      classKey: class_key,
      items: Number(items),
      devices: Number(devices),
    }));
  }

  /**
   * Draws one batch of a class under the pool's lock. `choose` gets the pool without blocked devices (BI10) and answers
   * the keys in the order they are to travel, or undefined; `make` makes the items of them.
   */
  form<C extends { keys: readonly ItemKey[] } | undefined>(
    { i, classKey }: PoolClass,
    batch: { batchId: Uint8Array; formedMillis: number },
    choose: (pool: PoolEntry<ItemKey>[]) => C,
    make: (items: PooledItem[], fields: Uint8Array) => FormedItem[],
  ): Promise<C> {
    return this.dataSource.transaction(async (manager) => {
      await lockPool(manager);
      const choice = choose(await poolEntries(manager, i, classKey));
      if (choice === undefined || choice.keys.length === 0) return choice;
      const { fields } = await manager.findOneByOrFail(ItemClassEntity, { classKey });
      const formed = make(await pooledItems(manager, i, choice.keys), fields);
      await insertBatch(manager, batch);
      await moveToBatch(manager, i, formed, batch.batchId);
      return choice;
    });
  }

  async owed(nowMillis: number, limit: number): Promise<string[]> {
    const rows: { batch_id: Buffer }[] = await this.dataSource.query(
      `SELECT batch_id FROM batches WHERE due_millis <= $1 ORDER BY due_millis, batch_id LIMIT $2`,
      [Math.floor(nowMillis), limit],
    );
    return rows.map(({ batch_id }) => hex(batch_id));
  }

  /** The batch, while it is owed and due, from now on marked as sent: the PCA may know it. */
  async take(batchId: Uint8Array, nowMillis: number): Promise<OwedBatch | undefined> {
    return this.dataSource.transaction(async (manager) => {
      await lockPool(manager);
      const row = await manager.findOneBy(BatchEntity, { batchId: buffer(batchId) });
      if (row === null || Number(row.dueMillis) > nowMillis) return undefined;
      await manager.update(BatchEntity, { batchId: row.batchId }, { state: 'sent' });
      const items = await manager.find(ItemEntity, {
        where: { batchId: row.batchId },
        order: { place: 'ASC' },
        select: { requestId: true, i: true, j: true, item: true, itemHash: true },
      });
      return {
        batchId: row.batchId,
        attempts: row.attempts,
        formedMillis: Number(row.formedMillis),
        items: items.map(({ item, itemHash }) => ({ item: item as Buffer, itemHash: itemHash as Buffer })),
      };
    });
  }

  /** Stores all answers of a batch together and forgets the batch; a second worker with the same answers changes nothing. */
  async answer(batch: OwedBatch, answers: readonly Uint8Array[], nowMillis: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await lockPool(manager);
      if (!(await manager.existsBy(BatchEntity, { batchId: batch.batchId }))) return;
      await manager.query(
        `UPDATE items t SET state = 'answered', answer = a.answer, answered_millis = $3, batch_id = NULL, place = NULL,
            item = NULL, signing_key = NULL, encryption_key = NULL, plv1 = NULL, plv2 = NULL
          FROM unnest($1::bytea[], $2::bytea[]) AS a(item_hash, answer) WHERE t.item_hash = a.item_hash`,
        [batch.items.map(({ itemHash }) => itemHash), answers.map(buffer), Math.floor(nowMillis)],
      );
      await manager.delete(BatchEntity, { batchId: batch.batchId });
    });
  }

  async postpone(batch: OwedBatch, dueMillis: number): Promise<void> {
    await this.dataSource
      .getRepository(BatchEntity)
      .update({ batchId: batch.batchId }, { attempts: batch.attempts + 1, dueMillis: String(Math.floor(dueMillis)) });
  }

  /** Back to the pool: for a batch that the PCA has refused whole, and so never issued. */
  async dissolve(batch: OwedBatch): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await lockPool(manager);
      await dissolveBatch(manager, batch.batchId);
    });
  }

  count(): Promise<number> {
    return this.dataSource.getRepository(BatchEntity).count();
  }
}

async function poolEntries(manager: EntityManager, i: number, classKey: Buffer): Promise<PoolEntry<ItemKey>[]> {
  const rows: { request_id: Buffer; j: number; ec_hash: Buffer }[] = await manager.query(
    `SELECT t.request_id, t.j, r.ec_hash FROM items t JOIN requests r ON r.request_id = t.request_id
      WHERE t.state = 'pooled' AND t.i = $1 AND r.class_key = $2
        AND NOT EXISTS (SELECT 1 FROM blacklist b WHERE b.ec_hash = r.ec_hash)`,
    [i, classKey],
  );
  return rows.map(({ request_id, j, ec_hash }) => ({ device: hex(ec_hash), key: { requestId: request_id, j } }));
}

/** The items of these keys, in the order of the keys. */
async function pooledItems(manager: EntityManager, i: number, keys: readonly ItemKey[]): Promise<PooledItem[]> {
  const rows: {
    request_id: Buffer;
    j: number;
    signing_key: Buffer;
    encryption_key: Buffer;
    plv1: Buffer;
    plv2: Buffer;
  }[] = await manager.query(
    `SELECT t.request_id, t.j, t.signing_key, t.encryption_key, t.plv1, t.plv2
      FROM unnest($2::bytea[], $3::integer[]) WITH ORDINALITY AS k(request_id, j, place)
      JOIN items t ON t.request_id = k.request_id AND t.i = $1 AND t.j = k.j ORDER BY k.place`,
    [i, keys.map(({ requestId }) => requestId), keys.map(({ j }) => j)],
  );
  return rows.map((row) => ({
    requestId: row.request_id,
    j: row.j,
    signingKey: row.signing_key,
    encryptionKey: row.encryption_key,
    plv1: row.plv1,
    plv2: row.plv2,
  }));
}

async function insertBatch(
  manager: EntityManager,
  { batchId, formedMillis }: { batchId: Uint8Array; formedMillis: number },
): Promise<void> {
  const moment = String(Math.floor(formedMillis));
  await manager.insert(BatchEntity, {
    batchId: buffer(batchId),
    state: 'formed',
    formedMillis: moment,
    attempts: 0,
    dueMillis: moment,
  });
}

async function moveToBatch(
  manager: EntityManager,
  i: number,
  formed: readonly FormedItem[],
  batchId: Uint8Array,
): Promise<void> {
  await manager.query(
    `UPDATE items t SET state = 'batched', batch_id = $2, place = f.place, item = f.item, item_hash = f.item_hash
      FROM unnest($3::bytea[], $4::integer[], $5::bytea[], $6::bytea[]) WITH ORDINALITY
        AS f(request_id, j, item, item_hash, place)
      WHERE t.request_id = f.request_id AND t.i = $1 AND t.j = f.j`,
    [
      i,
      buffer(batchId),
      formed.map(({ requestId }) => requestId),
      formed.map(({ j }) => j),
      formed.map(({ item }) => buffer(item)),
      formed.map(({ itemHash }) => buffer(itemHash)),
    ],
  );
}
