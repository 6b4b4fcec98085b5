/** Requests as devices make them: accepted once, within the limits of a device. */
import { refused, type Refused } from '#credentials/refusal.js';
import type { DataSource, EntityManager } from 'typeorm';
import { isBlacklisted } from './blacklist.store.js';
import { HAS_OWED_ITEMS } from './pool.store.js';
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
      OR ${HAS_OWED_ITEMS})`,
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
