/** What has served its time is erased; each entity's columns say when (PV8). */
import type { DataSource } from 'typeorm';

const DAY_MILLIS = 24 * 3_600_000;

/** Erases what ended before period `current` or before now. The batch of an erased item is gone with its last item. */
export async function erasePast(dataSource: DataSource, current: number, nowMillis: number): Promise<void> {
  const now = Math.floor(nowMillis);
  const statements: [string, number][] = [
    ['DELETE FROM requests WHERE i_max < $1', current],
    ['DELETE FROM request_chains WHERE i_to < $1', current],
    [`DELETE FROM items WHERE i < $1 AND state = 'pooled'`, current],
    ['UPDATE items SET answer = NULL WHERE i < $1 AND answer IS NOT NULL', current],
    ['DELETE FROM used_approvals WHERE expires_millis < $1', now],
    ['DELETE FROM report_receipts WHERE expires_millis < $1', now],
    ['DELETE FROM report_allowances WHERE updated_millis < $1', now - DAY_MILLIS],
    ['DELETE FROM blacklist WHERE until_millis < $1', now],
  ];
  for (const [statement, parameter] of statements) await dataSource.query(statement, [parameter]);
  await dataSource.query(
    'DELETE FROM batches b WHERE formed_millis < $1 AND NOT EXISTS (SELECT 1 FROM items t WHERE t.batch_id = b.batch_id)',
    [now],
  );
}
