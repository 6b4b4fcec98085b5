/** What is done about a device is done one after the other. */
import type { EntityManager } from 'typeorm';

/** One device at a time; the lock ends with the transaction. */
export const lockDevice = (manager: EntityManager, deviceIndex: Uint8Array): Promise<void> =>
  lockDevices(manager, [deviceIndex]);

/** In the order of their numbers, so that no two wait for each other. */
export async function lockDevices(manager: EntityManager, deviceIndices: readonly Uint8Array[]): Promise<void> {
  const keys = deviceIndices.map((index) => Buffer.from(index).readBigInt64BE().toString());
  await manager.query(
    'SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT key FROM unnest($1::bigint[]) AS key ORDER BY key) AS keys',
    [keys],
  );
}
