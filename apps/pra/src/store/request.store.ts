/** Requests as devices make them: accepted once, within the limits of a device. */
import { refused, type Refused } from '#credentials/refusal.js';
import type { DataSource, EntityManager } from 'typeorm';
import type { PoolItem } from '../domain/expansion.js';
import { isBlacklisted } from './blacklist.store.js';
import { ItemEntity } from './item.entity.js';
import { ItemClassEntity, RequestEntity } from './request.entity.js';
import { allOrNothing, lockDevice } from './transaction.js';

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

  /** Whether any request is due. */
  async isAnyDue(nowMillis: number): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(
      `SELECT 1 FROM requests WHERE state = 'accepted' AND due_millis <= $1 LIMIT 1`,
      [Math.floor(nowMillis)],
    );
    return rows.length > 0;
  }

  /** How many wait for their first weeks and were not tried yet: the pool is not drawn from while they are about to join it. */
  async countUntried(): Promise<number> {
    const [row]: { count: string }[] = await this.dataSource.query(
      `SELECT count(*) FROM requests WHERE state = 'accepted' AND next_i = i_min AND attempts = 0`,
    );
    return Number(row?.count);
  }

  /** How many wait for weeks that are due, or for their first. */
  async countOwed(nowMillis: number): Promise<number> {
    const [row]: { count: string }[] = await this.dataSource.query(
      `SELECT count(*) FROM requests WHERE state = 'accepted' AND (next_i = i_min OR due_millis <= $1)`,
      [Math.floor(nowMillis)],
    );
    return Number(row?.count);
  }
}

/** Requests of a device that wait for their first weeks, or whose weeks made so far are not all answered yet. */
async function outstanding(manager: EntityManager, ecHash: Uint8Array): Promise<number> {
  const [row]: { count: string }[] = await manager.query(
    `SELECT count(*) FROM requests r WHERE r.ec_hash = $1 AND (r.state = 'accepted' AND r.next_i = r.i_min
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
    nextI: request.iMin,
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

/** Puts items of a request into the pool; false when a cocoon key was asked for before in its period. */
export async function insertItems(
  manager: EntityManager,
  requestId: Uint8Array,
  _classKey: Uint8Array,
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
