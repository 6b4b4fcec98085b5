/** Requests from acceptance to expansion. */
import { hex } from '#crypto/bytes.js';
import { refused, type Refused } from '#credentials/refusal.js';
import type { DataSource, EntityManager } from 'typeorm';
import type { PoolItem } from '../domain/expansion.js';
import type { SealedChain } from '../domain/linkage-answer.js';
import { isBlacklisted } from './blacklist.store.js';
import { ItemEntity } from './item.entity.js';
import { GrantedPeriodEntity, ItemClassEntity, RequestEntity, type RequestState } from './request.entity.js';
import { allOrNothing, lockDevice, lockPool } from './transaction.js';

export interface NewRequest {
  readonly requestId: Uint8Array;
  readonly requestHash: Uint8Array;
  readonly ecHash: Uint8Array;
  readonly ecExpiresMillis: number;
  readonly classKey: Uint8Array;
  /** Encoded PublicFields. */
  readonly fields: Uint8Array;
  readonly iMin: number;
  readonly iMax: number;
  readonly jMax: number;
  readonly sealedCaterpillar: Uint8Array;
  readonly acknowledgement: Uint8Array;
  readonly acceptedMillis: number;
}

type AcceptRefusal = 'ec-blacklisted' | 'too-many-requests' | 'overlap';
const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
/** Rows of one INSERT: far below PostgreSQL's 65 535 parameters. */
const INSERT_ROWS = 500;

export class RequestStore {
  constructor(private readonly dataSource: DataSource) {}

  /** The acknowledgement that these very bytes got before. */
  async acknowledgementOf(requestHash: Uint8Array): Promise<Uint8Array | undefined> {
    const row = await this.dataSource
      .getRepository(RequestEntity)
      .findOne({ where: { requestHash: buffer(requestHash) }, select: { requestId: true, acknowledgement: true } });
    return row?.acknowledgement;
  }

  /** Stores the request, once; answers the acknowledgement that counts (of the first, when it is a repeat). */
  accept(request: NewRequest, maximumOutstanding: number): Promise<Uint8Array | Refused<AcceptRefusal>> {
    return allOrNothing<Uint8Array | Refused<AcceptRefusal>>(this.dataSource, async (manager) => {
      await lockDevice(manager, request.ecHash);
      if (await isBlacklisted(manager, request.ecHash)) return refused('ec-blacklisted');
      const before = await manager.findOneBy(RequestEntity, { requestHash: buffer(request.requestHash) });
      if (before !== null) return before.acknowledgement;
      if ((await outstanding(manager, request.ecHash)) >= maximumOutstanding) return refused('too-many-requests');
      await insertRequest(manager, request);
      return (await grantPeriods(manager, request)) ? request.acknowledgement : refused('overlap');
    });
  }

  /** The request, while it is owed and due. */
  async due(requestId: Uint8Array, nowMillis: number): Promise<RequestEntity | undefined> {
    const row = await this.dataSource
      .getRepository(RequestEntity)
      .findOneBy({ requestId: buffer(requestId), state: 'accepted' });
    return row !== null && Number(row.dueMillis) <= nowMillis ? row : undefined;
  }

  /** Names of what is owed and due, the longest waiting first. */
  async owed(nowMillis: number, limit: number): Promise<string[]> {
    const rows: { request_id: Buffer }[] = await this.dataSource.query(
      `SELECT request_id FROM requests WHERE state = 'accepted' AND due_millis <= $1 ORDER BY due_millis LIMIT $2`,
      [Math.floor(nowMillis), limit],
    );
    return rows.map(({ request_id }) => hex(request_id));
  }

  /** How many wait for their first try: the pool is not drawn from while more devices are about to join it. */
  countUntried(): Promise<number> {
    return this.dataSource.getRepository(RequestEntity).countBy({ state: 'accepted', attempts: 0 });
  }

  countAccepted(): Promise<number> {
    return this.dataSource.getRepository(RequestEntity).countBy({ state: 'accepted' });
  }

  async postpone(requestId: Uint8Array, attempts: number, dueMillis: number): Promise<void> {
    await this.dataSource
      .getRepository(RequestEntity)
      .update(
        { requestId: buffer(requestId), state: 'accepted' },
        { attempts, dueMillis: String(Math.floor(dueMillis)) },
      );
  }

  /** Ends a request that gets no certificates: its keys are erased, its periods are free again. */
  async end(requestId: Uint8Array, state: Exclude<RequestState, 'accepted' | 'expanded'>): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const which = { requestId: buffer(requestId), state: 'accepted' as const };
      const { affected } = await manager.update(RequestEntity, which, { state, sealedCaterpillar: null });
      if (affected === 1) await manager.delete(GrantedPeriodEntity, { requestId: buffer(requestId) });
    });
  }

  /**
   * Puts all items of a request into the pool together with its chains, once. `keys-reused`: a cocoon key was asked for
   * before; `gone`: another worker was first, or the device was blocked meanwhile; nothing is stored then.
   */
  expand(
    requestId: Uint8Array,
    items: readonly PoolItem[],
    chains: readonly [SealedChain, SealedChain],
  ): Promise<'expanded' | Refused<'gone' | 'keys-reused'>> {
    return allOrNothing<'expanded' | Refused<'gone' | 'keys-reused'>>(this.dataSource, async (manager) => {
      await lockPool(manager);
      const request = await manager.findOneBy(RequestEntity, { requestId: buffer(requestId), state: 'accepted' });
      if (request === null || (await isBlacklisted(manager, request.ecHash))) return refused('gone');
      await manager.update(RequestEntity, { requestId: buffer(requestId) }, expandedColumns(chains));
      return (await insertItems(manager, requestId, items)) ? 'expanded' : refused('keys-reused');
    });
  }
}

function expandedColumns([la1, la2]: readonly [SealedChain, SealedChain]): Partial<RequestEntity> {
  return {
    state: 'expanded',
    sealedCaterpillar: null,
    la1Id: la1.laId,
    la1Chain: buffer(la1.linkageChainId),
    la2Id: la2.laId,
    la2Chain: buffer(la2.linkageChainId),
  };
}

/** Requests of a device that are not all answered yet. */
async function outstanding(manager: EntityManager, ecHash: Uint8Array): Promise<number> {
  const [row]: { count: string }[] = await manager.query(
    `SELECT count(*) FROM requests r WHERE r.ec_hash = $1 AND (r.state = 'accepted'
      OR EXISTS (SELECT 1 FROM items t WHERE t.request_id = r.request_id AND t.state <> 'answered'))`,
    [buffer(ecHash)],
  );
  return Number(row?.count);
}

async function insertRequest(manager: EntityManager, request: NewRequest): Promise<void> {
  const { classKey, fields, acceptedMillis, ecExpiresMillis } = request;
  await manager
    .createQueryBuilder()
    .insert()
    .into(ItemClassEntity)
    .values({ classKey: buffer(classKey), fields: buffer(fields) })
    .orIgnore()
    .execute();
  await manager.insert(RequestEntity, {
    requestId: buffer(request.requestId),
    requestHash: buffer(request.requestHash),
    ecHash: buffer(request.ecHash),
    ecExpiresMillis: String(Math.floor(ecExpiresMillis)),
    classKey: buffer(classKey),
    iMin: request.iMin,
    iMax: request.iMax,
    jMax: request.jMax,
    sealedCaterpillar: buffer(request.sealedCaterpillar),
    acknowledgement: buffer(request.acknowledgement),
    state: 'accepted',
    attempts: 0,
    dueMillis: String(Math.floor(acceptedMillis)),
  });
}

/** Whether all periods were free: the primary key decides, not a look-up. */
async function grantPeriods(manager: EntityManager, request: NewRequest): Promise<boolean> {
  const { iMin, iMax, ecHash, requestId } = request;
  const granted: unknown[] = await manager.query(
    `INSERT INTO granted_periods (ec_hash, i, request_id)
      SELECT $1, i, $2 FROM generate_series($3::integer, $4::integer) AS i ON CONFLICT DO NOTHING RETURNING i`,
    [buffer(ecHash), buffer(requestId), iMin, iMax],
  );
  return granted.length === iMax - iMin + 1;
}

async function insertItems(
  manager: EntityManager,
  requestId: Uint8Array,
  items: readonly PoolItem[],
): Promise<boolean> {
  let stored = 0;
  for (let start = 0; start < items.length; start += INSERT_ROWS) {
    const rows = items.slice(start, start + INSERT_ROWS).map((item) => ({
      requestId: buffer(requestId),
      i: item.i,
      j: item.j,
      state: 'pooled' as const,
      keyHash: buffer(item.keyHash),
      signingKey: buffer(item.signingKey),
      encryptionKey: buffer(item.encryptionKey),
      plv1: buffer(item.plv1),
      plv2: buffer(item.plv2),
    }));
    const inserted = await manager
      .createQueryBuilder()
      .insert()
      .into(ItemEntity)
      .values(rows)
      .orIgnore()
      .returning('j')
      .execute();
    stored += (inserted.raw as unknown[]).length;
  }
  return stored === items.length;
}
