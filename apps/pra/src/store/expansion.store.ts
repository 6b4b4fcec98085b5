/** Requests whose next weeks are due: taken for a while, and what was made of them stored together with their chains. */
import type { DataSource, EntityManager } from 'typeorm';
import type { PoolItem } from '../domain/expansion.js';
import type { SealedChain } from '../domain/linkage-answer.js';
import { insertMany, preparePeriods } from './pool.store.js';

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const moment = (millis: number): string => String(Math.floor(millis));

/** One LA's number and its handle of a chain. */
export interface ChainHandle {
  readonly laId: number;
  readonly linkageChainId: Uint8Array;
}

/** The chains of the last weeks that were made of a request. */
export interface LastChains {
  readonly iFrom: number;
  readonly iTo: number;
  /** Of la1, and of la2 where there is one. */
  readonly handles: readonly ChainHandle[];
}

export interface DueRequest {
  readonly requestId: Buffer;
  readonly classKey: Buffer;
  readonly iMax: number;
  readonly jMax: number;
  /** The first week that was not made yet. */
  readonly nextI: number;
  readonly sealedCaterpillar: Buffer;
  readonly attempts: number;
  /** When it was due. */
  readonly dueMillis: number;
  readonly isBlocked: boolean;
  readonly last: LastChains | undefined;
}

/** Weeks nextI … iMax of a request, as they enter the pool. */
export interface MadeWeeks {
  readonly request: DueRequest;
  /** The first and the last week made. */
  readonly iMin: number;
  readonly iMax: number;
  readonly items: readonly PoolItem[];
  /** Of la1, and of la2 where there is one. */
  readonly chains: readonly SealedChain[];
  /** Whether the chains are those of the weeks before. */
  readonly isContinued: boolean;
  /** When the week after the last one made is due; of no use when there is none. */
  readonly nextDueMillis: number;
}

/** `keys-reused`: a cocoon key was asked for before; `gone`: another worker was first, or the device was blocked meanwhile. */
export type StoreOutcome = 'made' | 'gone' | 'keys-reused';

class KeysReused extends Error {}

export class ExpansionStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Requests that were due at `dueMillis`, the longest waiting first. Nobody else is given them before `untilMillis`: a
   * worker that dies with them leaves them due at that time.
   */
  async take(dueMillis: number, untilMillis: number, limit: number): Promise<DueRequest[]> {
    const rows: DueRow[] = await this.dataSource.query(TAKE, [moment(dueMillis), moment(untilMillis), limit]);
    return rows.map(dueRequest);
  }

  /**
   * Puts the items of several requests into the pool, with their chains, in one transaction; what became of each, in their
   * order. A request whose keys were asked for before is left out alone, and nothing of it is stored.
   */
  async store(made: readonly MadeWeeks[]): Promise<StoreOutcome[]> {
    await preparePeriods(
      this.dataSource,
      made.flatMap(({ items }) => items.map(({ i }) => i)),
    );
    try {
      return await this.dataSource.transaction((manager) => storeAll(manager, made));
    } catch (error) {
      if (!(error instanceof KeysReused)) throw error;
      if (made.length === 1) return ['keys-reused'];
      const outcomes: StoreOutcome[] = [];
      for (const one of made) outcomes.push(...(await this.store([one])));
      return outcomes;
    }
  }

  /** A try that failed; the next is due at that time. */
  async failed(requests: readonly DueRequest[], dueMillis: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE requests SET attempts = attempts + 1, due_millis = $2 WHERE request_id = ANY ($1) AND state = 'accepted'`,
      [requests.map(({ requestId }) => requestId), moment(dueMillis)],
    );
  }

  /** Not tried: due as they were, for whoever takes them next. */
  async putBack(requests: readonly DueRequest[]): Promise<void> {
    await this.dataSource.query(
      `UPDATE requests r SET due_millis = t.due_millis FROM unnest($1::bytea[], $2::bigint[]) AS t(request_id, due_millis)
        WHERE r.request_id = t.request_id AND r.state = 'accepted'`,
      [requests.map(({ requestId }) => requestId), requests.map(({ dueMillis }) => moment(dueMillis))],
    );
  }

  /** Nothing was to be done yet. */
  async putOff({ requestId }: DueRequest, dueMillis: number): Promise<void> {
    await this.dataSource.query(`UPDATE requests SET due_millis = $2 WHERE request_id = $1 AND state = 'accepted'`, [
      requestId,
      moment(dueMillis),
    ]);
  }

  /**
   * Ends a request that gets no more certificates. Its keys are erased and the periods not made are free again; what was
   * made before stays, unless the device is blocked.
   */
  async end({ requestId, nextI }: DueRequest, state: 'blocked' | 'refused' | 'expired'): Promise<void> {
    await this.dataSource.query(
      `WITH ended AS (
        UPDATE requests SET sealed_caterpillar = NULL,
            state = CASE WHEN next_i > i_min AND $3::text <> 'blocked' THEN 'expanded' ELSE $3::text END,
            i_max = CASE WHEN next_i > i_min THEN next_i - 1 ELSE i_max END
          WHERE request_id = $1 AND state = 'accepted' AND next_i = $2 RETURNING request_id)
      DELETE FROM granted_periods g USING ended WHERE g.request_id = ended.request_id AND g.i >= $2`,
      [requestId, nextI, state],
    );
  }
}

interface DueRow {
  request_id: Buffer;
  class_key: Buffer;
  i_max: number;
  j_max: number;
  next_i: number;
  sealed_caterpillar: Buffer | null;
  attempts: number;
  due_millis: string;
  is_blocked: boolean;
  i_from: number | null;
  i_to: number;
  la1_id: number;
  la1_chain: Buffer;
  la2_id: number | null;
  la2_chain: Buffer | null;
}

const TAKE = `
  WITH taken AS (
    UPDATE requests r SET due_millis = $2 FROM (
      SELECT request_id, due_millis FROM requests WHERE state = 'accepted' AND due_millis <= $1
      ORDER BY due_millis LIMIT $3 FOR UPDATE SKIP LOCKED) AS due
    WHERE r.request_id = due.request_id
    RETURNING r.request_id, ec_hash, class_key, i_max, j_max, next_i, sealed_caterpillar, attempts, due.due_millis)
  SELECT taken.*, EXISTS (SELECT 1 FROM blacklist b WHERE b.ec_hash = taken.ec_hash) AS is_blocked,
    last.i_from, last.i_to, last.la1_id, last.la1_chain, last.la2_id, last.la2_chain
  FROM taken LEFT JOIN LATERAL (
    SELECT * FROM request_chains c WHERE c.request_id = taken.request_id ORDER BY i_from DESC LIMIT 1) last ON true`;

function dueRequest(row: DueRow): DueRequest {
  if (row.sealed_caterpillar === null) throw new Error('a request with weeks to be made has no keys');
  return {
    requestId: row.request_id,
    classKey: row.class_key,
    iMax: row.i_max,
    jMax: row.j_max,
    nextI: row.next_i,
    sealedCaterpillar: row.sealed_caterpillar,
    attempts: row.attempts,
    dueMillis: Number(row.due_millis),
    isBlocked: row.is_blocked,
    last: row.i_from === null ? undefined : lastChains(row, row.i_from),
  };
}

const lastChains = (row: DueRow, iFrom: number): LastChains => ({
  iFrom,
  iTo: row.i_to,
  handles: [
    { laId: row.la1_id, linkageChainId: row.la1_chain },
    ...(row.la2_id === null || row.la2_chain === null ? [] : [{ laId: row.la2_id, linkageChainId: row.la2_chain }]),
  ],
});

async function storeAll(manager: EntityManager, made: readonly MadeWeeks[]): Promise<StoreOutcome[]> {
  const open = await stillOpen(manager, made);
  const mine = made.filter(({ request }) => open.has(request.requestId.toString('hex')));
  if (mine.length > 0) {
    await keepChains(manager, mine);
    await advance(manager, mine);
    const items = mine.map(({ request, items }) => ({ ...request, items }));
    if (!(await insertMany(manager, items))) throw new KeysReused();
  }
  return made.map(({ request }) => (open.has(request.requestId.toString('hex')) ? 'made' : 'gone'));
}

/** Requests that stand where they stood when they were taken, and whose device is not blocked (BI10); held until the end. */
async function stillOpen(manager: EntityManager, made: readonly MadeWeeks[]): Promise<Set<string>> {
  const rows: { request_id: Buffer }[] = await manager.query(
    `SELECT r.request_id FROM requests r
      JOIN unnest($1::bytea[], $2::integer[]) AS m(request_id, next_i) USING (request_id, next_i)
      WHERE r.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM blacklist b WHERE b.ec_hash = r.ec_hash)
      ORDER BY r.request_id FOR UPDATE OF r`,
    [made.map(({ request }) => request.requestId), made.map(({ request }) => request.nextI)],
  );
  return new Set(rows.map(({ request_id }) => request_id.toString('hex')));
}

/** Chains that went on keep their row, with the handles that were given last: these are sealed for the newest key of the LA. */
async function keepChains(manager: EntityManager, made: readonly MadeWeeks[]): Promise<void> {
  const chainsOf = (la: 0 | 1): (SealedChain | undefined)[] => made.map(({ chains }) => chains[la]);
  const columnsOf = (la: 0 | 1): unknown[] => [
    chainsOf(la).map((chain) => chain?.laId ?? null),
    chainsOf(la).map((chain) => (chain === undefined ? null : buffer(chain.linkageChainId))),
  ];
  await manager.query(
    `INSERT INTO request_chains (request_id, i_from, i_to, la1_id, la1_chain, la2_id, la2_chain)
      SELECT * FROM unnest($1::bytea[], $2::integer[], $3::integer[], $4::integer[], $5::bytea[], $6::integer[], $7::bytea[])
      ON CONFLICT (request_id, i_from)
        DO UPDATE SET i_to = excluded.i_to, la1_chain = excluded.la1_chain, la2_chain = excluded.la2_chain`,
    [
      made.map(({ request }) => request.requestId),
      made.map(({ request, iMin, isContinued }) => (isContinued ? (request.last?.iFrom ?? iMin) : iMin)),
      made.map(({ iMax }) => iMax),
      ...columnsOf(0),
      ...columnsOf(1),
    ],
  );
}

async function advance(manager: EntityManager, made: readonly MadeWeeks[]): Promise<void> {
  await manager.query(
    `UPDATE requests r SET next_i = m.next_i, attempts = 0, due_millis = m.due_millis,
        state = CASE WHEN m.next_i > r.i_max THEN 'expanded' ELSE 'accepted' END,
        sealed_caterpillar = CASE WHEN m.next_i > r.i_max THEN NULL ELSE r.sealed_caterpillar END
      FROM unnest($1::bytea[], $2::integer[], $3::bigint[]) AS m(request_id, next_i, due_millis)
      WHERE r.request_id = m.request_id`,
    [
      made.map(({ request }) => request.requestId),
      made.map(({ iMax }) => iMax + 1),
      made.map(({ nextDueMillis }) => moment(nextDueMillis)),
    ],
  );
}
