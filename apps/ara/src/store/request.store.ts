/** Requests from acceptance to answer; the blacklist. The constraints and locks decide who was first. */
import { hex } from '#crypto/bytes.js';
import { refused, type Refused } from '#credentials/refusal.js';
import type { DataSource, EntityManager } from 'typeorm';
import { BlacklistEntity } from './blacklist.entity.js';
import { RequestEntity, type RequestState } from './request.entity.js';

export interface NewRequest {
  /** 16 random bytes. */
  readonly requestId: Uint8Array;
  /** 32 bytes each. */
  readonly requestHash: Uint8Array;
  readonly ecHash: Uint8Array;
  readonly keyHash: Uint8Array;
  readonly aidSet: Uint8Array;
  readonly ecExpiresMillis: number;
  /** Encoded Wanted. */
  readonly wanted: Uint8Array;
  readonly possession: Uint8Array;
  readonly acknowledgement: Uint8Array;
  readonly acceptedMillis: number;
  readonly expiresMillis: number;
}

export interface RequestLimits {
  readonly maximumOutstanding: number;
  readonly maximumValid: number;
}

/** Work for the ACA: `item` is present once it was sent. */
export interface OwedRequest {
  readonly requestId: Buffer;
  readonly requestHash: Buffer;
  readonly ecHash: Buffer;
  readonly ecExpiresMillis: number;
  readonly wanted: Uint8Array;
  readonly possession: Uint8Array;
  readonly item: Uint8Array | undefined;
  readonly attempts: number;
}

export type AcceptRefusal = 'ec-blacklisted' | 'key-asked-before' | 'too-many-requests' | 'too-many-certificates';
type Ended = Exclude<RequestState, 'accepted' | 'answered'>;
const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const DAY_MILLIS = 24 * 3_600_000;

export class RequestStore {
  constructor(private readonly dataSource: DataSource) {}

  isBlacklisted(ecHash: Uint8Array): Promise<boolean> {
    return isBlacklisted(this.dataSource.manager, ecHash);
  }

  /** The acknowledgement that these very bytes got before. */
  async acknowledgementOf(requestHash: Uint8Array): Promise<Uint8Array | undefined> {
    const row = await this.dataSource
      .getRepository(RequestEntity)
      .findOne({ where: { requestHash: buffer(requestHash) }, select: { requestId: true, acknowledgement: true } });
    return row?.acknowledgement;
  }

  /** Stores the request, once; answers the acknowledgement that counts (of the first, when it is a repeat). */
  accept(request: NewRequest, limits: RequestLimits): Promise<Uint8Array | Refused<AcceptRefusal>> {
    return this.dataSource.transaction(async (manager) => {
      await lockDevice(manager, request.ecHash);
      if (await isBlacklisted(manager, request.ecHash)) return refused('ec-blacklisted');
      const before = await manager.findOneBy(RequestEntity, { requestHash: buffer(request.requestHash) });
      if (before !== null) return before.acknowledgement;
      const beyond = await beyondLimits(manager, request, limits);
      if (beyond !== undefined) return beyond;
      return (await insertRequest(manager, request)) ? request.acknowledgement : refused('key-asked-before');
    });
  }

  /** The request, while it is owed and due. */
  async due(requestId: Uint8Array, nowMillis: number): Promise<OwedRequest | undefined> {
    const row = await this.dataSource
      .getRepository(RequestEntity)
      .findOneBy({ requestId: buffer(requestId), state: 'accepted' });
    if (row === null || Number(row.dueMillis) > nowMillis) return undefined;
    const { wanted, possession, item } = row;
    if (wanted === null || possession === null) throw new Error('an owed request without what it wants');
    return {
      requestId: row.requestId,
      requestHash: row.requestHash,
      ecHash: row.ecHash,
      ecExpiresMillis: Number(row.ecExpiresMillis),
      wanted: new Uint8Array(wanted),
      possession: new Uint8Array(possession),
      item: item === null ? undefined : new Uint8Array(item),
      attempts: row.attempts,
    };
  }

  /** Names of what is owed and due, the longest waiting first. */
  async owed(nowMillis: number, limit: number): Promise<string[]> {
    const rows: { request_id: Buffer }[] = await this.dataSource.query(
      `SELECT request_id FROM requests WHERE state = 'accepted' AND due_millis <= $1 ORDER BY due_millis LIMIT $2`,
      [Math.floor(nowMillis), limit],
    );
    return rows.map(({ request_id }) => hex(request_id));
  }

  countOwed(): Promise<number> {
    return this.dataSource.getRepository(RequestEntity).countBy({ state: 'accepted' });
  }

  /**
   * BI10: the item that will be sent and the end of its certificate, stored before it is; the first that was stored counts. `undefined` when the device was
   * blocked meanwhile, or the request has ended.
   */
  keepItem(requestId: Uint8Array, item: Uint8Array, expiresMillis: number): Promise<Uint8Array | undefined> {
    return this.dataSource.transaction(async (manager) => {
      const which = { requestId: buffer(requestId), state: 'accepted' } as const;
      const row = await manager.findOne(RequestEntity, { where: which, lock: { mode: 'pessimistic_write' } });
      if (row === null || (await isBlacklisted(manager, row.ecHash))) return undefined;
      if (row.item !== null) return new Uint8Array(row.item);
      await manager.update(RequestEntity, which, {
        item: buffer(item),
        expiresMillis: String(Math.floor(expiresMillis)),
      });
      return item;
    });
  }

  /** An item that the ACA found too old is forgotten, so that the next try makes a new one. */
  async forgetItem(requestId: Uint8Array): Promise<void> {
    const which = { requestId: buffer(requestId), state: 'accepted' } as const;
    await this.dataSource.getRepository(RequestEntity).update(which, { item: null });
  }

  /** The answer of the ACA, once; a request that ended meanwhile stays as it is. */
  async answer(requestId: Uint8Array, answer: Uint8Array): Promise<void> {
    const which = { requestId: buffer(requestId), state: 'accepted' } as const;
    await this.dataSource
      .getRepository(RequestEntity)
      .update(which, { state: 'answered', answer: buffer(answer), wanted: null, possession: null, item: null });
  }

  async postpone({ requestId, attempts }: OwedRequest, dueMillis: number): Promise<void> {
    await this.dataSource
      .getRepository(RequestEntity)
      .update({ requestId, state: 'accepted' }, { attempts: attempts + 1, dueMillis: String(Math.floor(dueMillis)) });
  }

  /** Ends a request that gets no certificate. */
  async end(requestId: Uint8Array, state: Ended): Promise<void> {
    const which = { requestId: buffer(requestId), state: 'accepted' } as const;
    await this.dataSource.getRepository(RequestEntity).update(which, ended(state));
  }

  /** How the request stands that a device asks for by the last eight bytes of its hash. */
  async ofDevice(
    ecHash: Uint8Array,
    requestHash8: Uint8Array,
  ): Promise<{ state: RequestState; answer: Uint8Array | undefined } | undefined> {
    const rows = await this.dataSource.getRepository(RequestEntity).findBy({ ecHash: buffer(ecHash) });
    const row = rows.find(({ requestHash }) => Buffer.compare(requestHash.subarray(24), requestHash8) === 0);
    return row && { state: row.state, answer: row.answer === null ? undefined : new Uint8Array(row.answer) };
  }

  /** Blocks a device; what is owed to it ends. False when it was blocked before. */
  block(ecHash: Uint8Array, nowMillis: number): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      await lockDevice(manager, ecHash);
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(BlacklistEntity)
        .values({ ecHash: buffer(ecHash), sinceMillis: String(Math.floor(nowMillis)) })
        .orIgnore()
        .returning('ec_hash')
        .execute();
      await manager.update(RequestEntity, { ecHash: buffer(ecHash), state: 'accepted' }, ended('blocked'));
      return (inserted.raw as unknown[]).length === 1;
    });
  }

  /** Takes a device off the blacklist; false when it was not on it. */
  async unblock(ecHash: Uint8Array): Promise<boolean> {
    const { affected } = await this.dataSource.getRepository(BlacklistEntity).delete({ ecHash: buffer(ecHash) });
    return affected === 1;
  }

  /** Erases requests whose certificates have ended, a day after: the device may have been late. */
  async erasePast(nowMillis: number): Promise<void> {
    await this.dataSource.query('DELETE FROM requests WHERE expires_millis < $1', [Math.floor(nowMillis - DAY_MILLIS)]);
  }
}

const ended = (state: Ended) => ({ state, wanted: null, possession: null, item: null });

const isBlacklisted = (manager: EntityManager, ecHash: Uint8Array): Promise<boolean> =>
  manager.getRepository(BlacklistEntity).existsBy({ ecHash: buffer(ecHash) });

/** One change of a device at a time, so that its limits are counted right and a block comes before or after. */
const lockDevice = (manager: EntityManager, ecHash: Uint8Array): Promise<unknown> => {
  const words = Buffer.from(ecHash);
  return manager.query('SELECT pg_advisory_xact_lock($1::integer, $2::integer)', [
    words.readInt32BE(0),
    words.readInt32BE(4),
  ]);
};

async function beyondLimits(
  manager: EntityManager,
  { ecHash, aidSet, acceptedMillis }: NewRequest,
  { maximumOutstanding, maximumValid }: RequestLimits,
): Promise<Refused<'too-many-requests' | 'too-many-certificates'> | undefined> {
  const [counts]: { outstanding: number; valid: number }[] = await manager.query(
    `SELECT count(*) FILTER (WHERE state = 'accepted')::int AS outstanding,
      count(*) FILTER (WHERE aid_set = $2 AND expires_millis > $3 AND state IN ('accepted', 'answered'))::int AS valid
      FROM requests WHERE ec_hash = $1`,
    [buffer(ecHash), buffer(aidSet), Math.floor(acceptedMillis)],
  );
  if (counts === undefined) throw new Error('counting the requests of a device');
  if (counts.outstanding >= maximumOutstanding) return refused('too-many-requests');
  return counts.valid >= maximumValid ? refused('too-many-certificates') : undefined;
}

/** False when the key was asked for before: the constraint decides, not a look-up. */
async function insertRequest(manager: EntityManager, request: NewRequest): Promise<boolean> {
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(RequestEntity)
    .values({
      requestId: buffer(request.requestId),
      requestHash: buffer(request.requestHash),
      ecHash: buffer(request.ecHash),
      ecExpiresMillis: String(Math.floor(request.ecExpiresMillis)),
      keyHash: buffer(request.keyHash),
      aidSet: buffer(request.aidSet),
      wanted: buffer(request.wanted),
      possession: buffer(request.possession),
      acknowledgement: buffer(request.acknowledgement),
      state: 'accepted',
      item: null,
      answer: null,
      attempts: 0,
      dueMillis: String(Math.floor(request.acceptedMillis)),
      expiresMillis: String(Math.floor(request.expiresMillis)),
    })
    .orIgnore()
    .returning('request_id')
    .execute();
  return (inserted.raw as unknown[]).length === 1;
}
