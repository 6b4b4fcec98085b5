/** The blacklist of enrolment certificates, and what happens to a device's work when it is put there. */
import type { DataSource, EntityManager } from 'typeorm';
import type { StoredChain } from '../domain/chain-statements.js';
import { BlacklistEntity, StopOutboxEntity, UsedApprovalEntity, type Addressee } from './blacklist.entity.js';
import { dissolveBatch } from './batch.store.js';
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

/** The request behind an item that was answered: before that, no certificate can be reported. */
export async function requestOfItem(manager: EntityManager, itemHash: Uint8Array): Promise<RequestEntity | undefined> {
  const [handle]: { request_id: Buffer }[] = await manager.query(
    'SELECT request_id FROM handles WHERE item_hash = $1',
    [buffer(itemHash)],
  );
  const request = handle && (await manager.findOneBy(RequestEntity, { requestId: handle.request_id }));
  return request ?? undefined;
}

/**
 * Blocks a device. What it has in the pool goes; a batch that was formed with its items but not sent is taken apart, and
 * the items of others go back to the pool. What was sent stays: the PCA may have it, and nobody will fetch the answer.
 * Of a certificate that was not blocked before, `tell` is owed the word. The caller holds the pool's lock.
 */
export async function block(
  manager: EntityManager,
  device: { ecHash: Uint8Array; untilMillis: number },
  order: { caseId: Uint8Array; nowMillis: number; tell: readonly Addressee[] },
): Promise<void> {
  const inserted = await manager
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
    .returning('ec_hash')
    .execute();
  if ((inserted.raw as unknown[]).length === 1) await oweWord(manager, device.ecHash, order);
  // First the requests: this waits for an expansion that has begun, whose items the next statements then see.
  await manager.update(
    RequestEntity,
    { ecHash: buffer(device.ecHash), state: 'accepted' },
    { state: 'blocked', sealedCaterpillar: null },
  );
  await dissolveUnsent(manager, device.ecHash);
  await manager.query('DELETE FROM pool p USING requests r WHERE p.request_id = r.request_id AND r.ec_hash = $1', [
    buffer(device.ecHash),
  ]);
}

const oweWord = (
  manager: EntityManager,
  ecHash: Uint8Array,
  { tell, nowMillis }: { tell: readonly Addressee[]; nowMillis: number },
): Promise<unknown> =>
  manager.insert(
    StopOutboxEntity,
    tell.map((addressee) => ({
      ecHash: buffer(ecHash),
      addressee,
      attempts: 0,
      dueMillis: String(Math.floor(nowMillis)),
    })),
  );

/** A batch that is being taken at this moment is waited for, and then left as it is. */
async function dissolveUnsent(manager: EntityManager, ecHash: Uint8Array): Promise<void> {
  const rows: { batch_id: Buffer }[] = await manager.query(
    `SELECT batch_id FROM batches b WHERE state = 'formed' AND EXISTS (
        SELECT 1 FROM requests r WHERE r.ec_hash = $1 AND position(r.request_id IN b.keys) > 0)
      ORDER BY batch_id FOR UPDATE OF b`,
    [buffer(ecHash)],
  );
  for (const { batch_id } of rows) await dissolveBatch(manager, batch_id);
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
    la2_id: number | null;
    la2_chain: Buffer | null;
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
    la2:
      row.la2_id === null || row.la2_chain === null ? undefined : { laId: row.la2_id, linkageChainId: row.la2_chain },
  }));
}
