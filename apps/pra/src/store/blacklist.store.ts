/** The blacklist of enrolment certificates, and what happens to a device's work when it is put there. */
import type { DataSource, EntityManager } from 'typeorm';
import type { StoredChain } from '../domain/chain-statements.js';
import { BlacklistEntity, UsedApprovalEntity } from './blacklist.entity.js';
import { BatchEntity, ItemEntity } from './item.entity.js';
import { RequestEntity } from './request.entity.js';

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);

export const isBlacklisted = (manager: EntityManager | DataSource, ecHash: Uint8Array): Promise<boolean> =>
  manager.getRepository(BlacklistEntity).existsBy({ ecHash: buffer(ecHash) });

/** Notes that an approval was used; false when it was before: the primary key decides. */
export async function useApprovalOnce(
  manager: EntityManager,
  nonceHash: Uint8Array,
  expiresMillis: number,
): Promise<boolean> {
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(UsedApprovalEntity)
    .values({ nonceHash: buffer(nonceHash), expiresMillis: String(Math.ceil(expiresMillis)) })
    .orIgnore()
    .returning('nonce_hash')
    .execute();
  return (inserted.raw as unknown[]).length === 1;
}

/** The request behind an item. */
export async function requestOfItem(manager: EntityManager, itemHash: Uint8Array): Promise<RequestEntity | undefined> {
  const item = await manager.findOne(ItemEntity, {
    where: { itemHash: buffer(itemHash) },
    select: { requestId: true, i: true, j: true },
  });
  const request = item && (await manager.findOneBy(RequestEntity, { requestId: item.requestId }));
  return request ?? undefined;
}

/**
 * Blocks a device. What it has in the pool goes; a batch that was formed with its items but not sent is taken apart, and
 * the items of others go back to the pool. What was sent stays: the PCA may have it, and nobody will fetch the answer.
 * The caller holds the pool's lock.
 */
export async function block(
  manager: EntityManager,
  device: { ecHash: Uint8Array; untilMillis: number },
  order: { caseId: Uint8Array; nowMillis: number },
): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(BlacklistEntity)
    .values({
      ecHash: buffer(device.ecHash),
      caseId: buffer(order.caseId),
      sinceMillis: String(Math.floor(order.nowMillis)),
      untilMillis: String(Math.ceil(device.untilMillis)),
    })
    .orIgnore()
    .execute();
  await dissolveUnsent(manager, device.ecHash);
  const requests = await manager.findBy(RequestEntity, { ecHash: buffer(device.ecHash) });
  for (const { requestId } of requests) await manager.delete(ItemEntity, { requestId, state: 'pooled' });
  await manager.update(
    RequestEntity,
    { ecHash: buffer(device.ecHash), state: 'accepted' },
    { state: 'blocked', sealedCaterpillar: null },
  );
}

async function dissolveUnsent(manager: EntityManager, ecHash: Uint8Array): Promise<void> {
  const rows: { batch_id: Buffer }[] = await manager.query(
    `SELECT DISTINCT b.batch_id FROM batches b JOIN items t ON t.batch_id = b.batch_id
      JOIN requests r ON r.request_id = t.request_id WHERE b.state = 'formed' AND r.ec_hash = $1`,
    [buffer(ecHash)],
  );
  for (const { batch_id } of rows) await dissolveBatch(manager, batch_id);
}

/** Items of a batch go back to the pool; the batch is no more. Only for one the PCA cannot have answered. */
export async function dissolveBatch(manager: EntityManager, batchId: Buffer): Promise<void> {
  await manager.update(
    ItemEntity,
    { batchId, state: 'batched' },
    { state: 'pooled', batchId: null, place: null, item: null, itemHash: null },
  );
  await manager.delete(BatchEntity, { batchId });
}

/** The chains of a device that have not ended before period `current`. */
export async function unexpiredChains(
  manager: EntityManager,
  ecHash: Uint8Array,
  current: number,
): Promise<StoredChain[]> {
  const rows: {
    i_to: number;
    j_max: number;
    la1_id: number;
    la1_chain: Buffer;
    la2_id: number;
    la2_chain: Buffer;
  }[] = await manager.query(
    `SELECT c.i_to, r.j_max, c.la1_id, c.la1_chain, c.la2_id, c.la2_chain
      FROM request_chains c JOIN requests r USING (request_id) WHERE r.ec_hash = $1 AND c.i_to >= $2
      ORDER BY c.i_to, c.la1_chain`,
    [buffer(ecHash), current],
  );
  return rows.map((row) => ({
    iMax: row.i_to,
    jMax: row.j_max,
    la1: { laId: row.la1_id, linkageChainId: row.la1_chain },
    la2: { laId: row.la2_id, linkageChainId: row.la2_chain },
  }));
}
