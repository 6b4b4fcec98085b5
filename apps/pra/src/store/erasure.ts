/** What has served its time is erased; each entity's columns say when (PV8). */
import { dropPartitionsBefore } from '#persistence/period-partitions.js';
import type { DataSource } from 'typeorm';

const DAY_MILLIS = 24 * 3_600_000;

/** How long a certificate's handle is kept after its period, at most: as long as the PCA can trace it. */
const TRACEABLE_PERIODS = 8;

/**
 * Erases what ended before period `current` or before now. Items of a past period that wait for company or for the PCA can
 * become no certificate any more: they are gone, and their request has fewer weeks than it asked for. `ended` counts them.
 */
export async function erasePast(
  dataSource: DataSource,
  current: number,
  nowMillis: number,
): Promise<{ readonly ended: number }> {
  const now = Math.floor(nowMillis);
  // Before the answers' partitions: an answer that comes now finds its batch gone, and is not stored.
  const ended = await endPast(dataSource, current);
  const statements: [string, number][] = [
    ['DELETE FROM requests WHERE i_max < $1', current],
    ['DELETE FROM request_chains WHERE i_to < $1', current],
    ['DELETE FROM used_approvals WHERE expires_millis < $1', now],
    ['DELETE FROM report_receipts WHERE expires_millis < $1', now],
    ['DELETE FROM report_allowances WHERE updated_millis < $1', now - DAY_MILLIS],
    [
      `DELETE FROM blacklist b WHERE until_millis < $1
        AND NOT EXISTS (SELECT 1 FROM stop_outbox s WHERE s.ec_hash = b.ec_hash)`,
      now,
    ],
    ['DELETE FROM request_allowances WHERE whole_millis < $1', now],
    ['DELETE FROM fetched_bundles WHERE i < $1', current],
  ];
  for (const [statement, parameter] of statements) await dataSource.query(statement, [parameter]);
  for (const table of ['asked_keys', 'answers']) await dropPartitionsBefore(dataSource, table, current);
  await dropPartitionsBefore(dataSource, 'handles', await firstTraceable(dataSource, current));
  return { ended };
}

async function endPast(dataSource: DataSource, current: number): Promise<number> {
  const [row]: { ended: string }[] = await dataSource.query(
    `WITH waiting AS (DELETE FROM pool WHERE i < $1 RETURNING item_count),
      owed AS (DELETE FROM batches WHERE i < $1 RETURNING item_count)
    SELECT coalesce((SELECT sum(item_count) FROM waiting), 0) + coalesce((SELECT sum(item_count) FROM owed), 0) AS ended`,
    [current],
  );
  return Number(row?.ended);
}

/** A handle leads to a request: of a period that no request reaches back to, none leads anywhere. */
async function firstTraceable(dataSource: DataSource, current: number): Promise<number> {
  const [row]: { first: number | null }[] = await dataSource.query('SELECT min(i_min) AS first FROM requests');
  return Math.max(current - TRACEABLE_PERIODS, Math.min(row?.first ?? current, current));
}
