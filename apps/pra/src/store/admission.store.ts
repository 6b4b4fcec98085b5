/** What the door asks the tables about a device before it does any work for it: one statement each. */
import type { DataSource } from 'typeorm';
import { LONGEST_MILLIS } from '../domain/retry.js';
import { fullUseMillis, useMillis, type Allowance, type Fetched, type FetchPace } from '../domain/pace.js';
import { isBlacklisted } from './blacklist.store.js';
import { prepared } from './prepared.js';

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);

/**
 * The end of an insert into request_allowances AS a: one use more, when there is one left. Parameters: now, what a use
 * takes, what all uses take, as milliseconds.
 */
export const USE_AGAIN = (now: string, use: string, all: string): string =>
  `ON CONFLICT (ec_hash) DO UPDATE SET whole_millis = GREATEST(a.whole_millis, ${now}::bigint) + ${use}::bigint
    WHERE GREATEST(a.whole_millis, ${now}::bigint) + ${use}::bigint <= ${now}::bigint + ${all}::bigint`;

/** What stands in the tables about a request that came. */
export interface RequestStanding {
  readonly isBlocked: boolean;
  /** The acknowledgement that these very bytes got before. */
  readonly acknowledgement: Uint8Array | undefined;
  /** When the device's allowance is whole again. */
  readonly wholeMillis: number | undefined;
}

/** What stands in the tables about a download. */
export interface DownloadStanding {
  readonly isBlocked: boolean;
  readonly fetched: Fetched | undefined;
  /** The device's own request that the file belongs to, when it has one for the period. */
  readonly request: { readonly requestId: Buffer; readonly jMax: number } | undefined;
}

interface RequestRow {
  readonly is_blocked: boolean;
  readonly acknowledgement: Buffer | null;
  readonly whole_millis: string | null;
}

interface DownloadRow {
  readonly is_blocked: boolean;
  readonly whole_millis: string | null;
  readonly ranges: number | null;
  readonly request_id: Buffer | null;
  readonly j_max: number | null;
}

export class AdmissionStore {
  constructor(private readonly dataSource: DataSource) {}

  async ofRequest(ecHash: Uint8Array, requestHash: Uint8Array): Promise<RequestStanding> {
    const [row] = await prepared<RequestRow>(
      this.dataSource,
      'admit-request',
      `SELECT EXISTS (SELECT 1 FROM blacklist WHERE ec_hash = $1) AS is_blocked,
        (SELECT acknowledgement FROM requests WHERE request_hash = $2) AS acknowledgement,
        (SELECT whole_millis FROM request_allowances WHERE ec_hash = $1) AS whole_millis`,
      [buffer(ecHash), buffer(requestHash)],
    );
    if (row === undefined) throw new Error('admitting a request: no answer');
    return {
      isBlocked: row.is_blocked,
      acknowledgement: row.acknowledgement ?? undefined,
      wholeMillis: row.whole_millis === null ? undefined : Number(row.whole_millis),
    };
  }

  async ofDownload(
    ecHash: Uint8Array,
    { requestHash8, i }: { requestHash8: Uint8Array; i: number },
  ): Promise<DownloadStanding> {
    const [row] = await prepared<DownloadRow>(
      this.dataSource,
      'admit-download',
      `SELECT EXISTS (SELECT 1 FROM blacklist WHERE ec_hash = $1) AS is_blocked, f.whole_millis, f.ranges,
          r.request_id, r.j_max
        FROM (SELECT 1) AS one
        LEFT JOIN fetched_bundles f ON f.i = $2 AND f.ec_hash = $1
        LEFT JOIN requests r ON r.ec_hash = $1 AND substring(r.request_hash FROM 25) = $3
          AND $2 BETWEEN r.i_min AND r.i_max AND r.state IN ('accepted', 'expanded')
        LIMIT 1`,
      [buffer(ecHash), i, buffer(requestHash8)],
    );
    if (row === undefined) throw new Error('admitting a download: no answer');
    const { whole_millis, ranges, request_id, j_max, is_blocked: isBlocked } = row;
    return {
      isBlocked,
      fetched: whole_millis === null || ranges === null ? undefined : { wholeMillis: Number(whole_millis), ranges },
      request: request_id === null || j_max === null ? undefined : { requestId: request_id, jMax: j_max },
    };
  }

  /** Certificates of requests that are due and not expanded. A request that waits for its next top-up owes nothing yet. */
  async unexpandedItems(nowMillis: number, aheadWeeks: number): Promise<number> {
    const [row] = await this.dataSource.query<[{ owed: string }]>(
      `SELECT coalesce(sum(LEAST(i_max - next_i + 1, $2::integer) * j_max), 0) AS owed FROM requests
        WHERE state = 'accepted' AND due_millis <= $1`,
      [Math.floor(nowMillis) + LONGEST_MILLIS, aheadWeeks],
    );
    return Number(row.owed);
  }

  /** Notes a copy that is about to be given; false when it comes too soon: of two at once, one is. */
  async fetch(
    copy: { ecHash: Uint8Array; i: number; isFromFirstByte: boolean },
    pace: FetchPace,
    nowMillis: number,
  ): Promise<boolean> {
    const now = Math.floor(nowMillis);
    // Nobody waits for the disk: a note that a crash loses allows one copy more.
    const rows = await prepared(
      this.dataSource,
      'note-copy',
      `WITH soon AS (SELECT set_config('synchronous_commit', 'off', true))
        INSERT INTO fetched_bundles AS f (i, ec_hash, whole_millis, ranges) SELECT $1, $2, $3, 0 FROM soon
        ON CONFLICT (i, ec_hash) DO UPDATE SET
          whole_millis = CASE WHEN f.whole_millis <= $5 THEN EXCLUDED.whole_millis ELSE f.whole_millis END,
          ranges = CASE WHEN f.whole_millis <= $5 THEN 0 ELSE f.ranges + 1 END
        WHERE f.whole_millis <= $5 OR (NOT $4 AND f.ranges < $6) RETURNING 1`,
      [
        copy.i,
        buffer(copy.ecHash),
        now,
        copy.isFromFirstByte,
        now - Math.floor(pace.minimumWaitSeconds * 1000),
        pace.rangesACopy,
      ],
    );
    return rows.length === 1;
  }

  isBlocked(ecHash: Uint8Array): Promise<boolean> {
    return isBlacklisted(this.dataSource, ecHash);
  }

  /** Takes one use of a device's allowance; false when there is none left: the row decides, also of two at once. */
  async useAllowance(ecHash: Uint8Array, allowance: Allowance, nowMillis: number): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO request_allowances AS a (ec_hash, whole_millis) VALUES ($1, $2::bigint + $3::bigint)
        ${USE_AGAIN('$2', '$3', '$4')} RETURNING 1`,
      [buffer(ecHash), Math.floor(nowMillis), useMillis(allowance), fullUseMillis(allowance)],
    );
    return rows.length === 1;
  }
}
