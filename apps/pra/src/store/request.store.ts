/** Requests as devices make them: accepted once, within the limits of a device. */
import { refused, type Refused } from '#credentials/refusal.js';
import type { DataSource } from 'typeorm';
import { fullUseMillis, useMillis, waitForUse, type Allowance } from '../domain/pace.js';
import { USE_AGAIN } from './admission.store.js';
import { HAS_OWED_ITEMS } from './pool.store.js';
import { prepared } from './prepared.js';

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

export interface DeviceLimits {
  readonly allowance: Allowance;
  /** Requests that may be open at once. */
  readonly maximumOutstanding: number;
}

type AcceptRefusal = 'ec-blacklisted' | 'allowance-used' | 'too-many-open' | 'overlap';
/** More requests of one device than connections do not meet. */
const MOST_TRIES = 50;
const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);

export class RequestStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores the request, once, within the limits of its device; answers the acknowledgement that counts (of the first, when
   * it is a repeat). All is asked and written by one statement; when another request of the device came between, it is asked
   * again, so that a device's requests count one after another. A repeat takes nothing from the allowance, a request that
   * is refused here does.
   */
  async accept(request: NewRequest, limits: DeviceLimits): Promise<Uint8Array | Refused<AcceptRefusal>> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const [row] = await prepared<AcceptRow>(this.dataSource, 'accept', ACCEPT, parametersOf(request, limits));
      if (row === undefined) throw new Error('accepting a request: no answer');
      if (row.is_blocked) return refused('ec-blacklisted');
      if (row.acknowledgement !== null) return row.acknowledgement;
      if (row.is_accepted) return request.acknowledgement;
      if (row.is_used) return refused(Number(row.open) >= limits.maximumOutstanding ? 'too-many-open' : 'overlap');
      const wholeMillis = row.whole_millis === null ? undefined : Number(row.whole_millis);
      if (waitForUse(wholeMillis, limits.allowance, request.acceptedMillis) > 0) return refused('allowance-used');
    }
    return refused('allowance-used');
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

interface AcceptRow {
  readonly is_blocked: boolean;
  readonly acknowledgement: Buffer | null;
  /** Whether the allowance was used by this statement. */
  readonly is_used: boolean;
  /** The allowance as this statement found it. */
  readonly whole_millis: string | null;
  /** Requests of the device that wait for their first weeks, or whose weeks made so far are not all answered yet. */
  readonly open: string;
  readonly is_accepted: boolean;
}

/**
 * The row of the allowance orders the requests of a device: `used` is empty when that row is no longer what `seen` saw,
 * so what the other parts saw is as old. The keys of the tables would still refuse a second hash or period.
 */
const ACCEPT = `WITH
  blocked AS (SELECT 1 FROM blacklist WHERE ec_hash = $3),
  before AS (SELECT acknowledgement FROM requests WHERE request_hash = $2),
  seen AS (SELECT whole_millis FROM request_allowances WHERE ec_hash = $3),
  used AS (
    INSERT INTO request_allowances AS a (ec_hash, whole_millis)
      SELECT $3, $12::bigint + $13::bigint WHERE NOT EXISTS (SELECT FROM blocked) AND NOT EXISTS (SELECT FROM before)
      ${USE_AGAIN('$12', '$13', '$14')} AND a.whole_millis = (SELECT whole_millis FROM seen) RETURNING 1),
  open AS (
    SELECT count(*) AS requests FROM requests r
      WHERE r.ec_hash = $3 AND (r.state = 'accepted' AND r.next_i = r.i_min OR ${HAS_OWED_ITEMS})),
  taken AS (SELECT 1 FROM granted_periods WHERE ec_hash = $3 AND i BETWEEN $7 AND $8),
  may AS (SELECT 1 FROM used WHERE (SELECT requests FROM open) < $15::integer AND NOT EXISTS (SELECT FROM taken)),
  class AS (INSERT INTO item_classes (class_key, fields) SELECT $5, $6 FROM may ON CONFLICT DO NOTHING),
  request AS (
    INSERT INTO requests (request_id, request_hash, ec_hash, ec_expires_millis, class_key, i_min, i_max, next_i, j_max,
        sealed_caterpillar, acknowledgement, state, attempts, due_millis)
      SELECT $1, $2, $3, $4, $5, $7, $8, $7, $9, $10, $11, 'accepted', 0, $12::bigint FROM may RETURNING request_id),
  granted AS (
    INSERT INTO granted_periods (ec_hash, i, request_id)
      SELECT $3, i, request_id FROM request, generate_series($7::integer, $8::integer) AS i)
  SELECT EXISTS (SELECT FROM blocked) AS is_blocked, (SELECT acknowledgement FROM before) AS acknowledgement,
    EXISTS (SELECT FROM used) AS is_used, (SELECT whole_millis FROM seen) AS whole_millis, (SELECT requests FROM open) AS open, EXISTS (SELECT FROM request) AS is_accepted`;

/** In the order of their numbers. */
function parametersOf(request: NewRequest, { allowance, maximumOutstanding }: DeviceLimits): unknown[] {
  return [
    buffer(request.requestId),
    buffer(request.requestHash),
    buffer(request.ecHash),
    Math.floor(request.ecExpiresMillis),
    buffer(request.classKey),
    buffer(request.fields),
    request.iMin,
    request.iMax,
    request.jMax,
    buffer(request.sealedCaterpillar),
    buffer(request.acknowledgement),
    Math.floor(request.acceptedMillis),
    useMillis(allowance),
    fullUseMillis(allowance),
    maximumOutstanding,
  ];
}
