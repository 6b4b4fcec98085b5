/** All or nothing: what is refused in the middle of a transaction leaves no trace either. */
import type { DataSource, EntityManager } from 'typeorm';
import { isRefused, type Refused } from '#credentials/refusal.js';

class RolledBack extends Error {
  constructor(readonly refusal: Refused) {
    super('rolled back');
  }
}

/** Runs in one transaction; a refusal is answered, and everything written before it is undone. */
export async function allOrNothing<T>(dataSource: DataSource, run: (manager: EntityManager) => Promise<T>): Promise<T> {
  try {
    return await dataSource.transaction(async (manager) => {
      const outcome = await run(manager);
      if (isRefused(outcome)) throw new RolledBack(outcome);
      return outcome;
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.refusal as T;
    throw error;
  }
}

const POOL_LOCK = 0x70726120; // 'pra '

/**
 * Held by whoever draws from the pool, gives back to it, or blocks a device, to the end of the transaction: a device that
 * was blocked before a batch was formed is in no batch (BI10). Whoever makes items holds their request's row instead, and who
 * sends a batch or stores its answers that batch's: a block waits for both.
 */
export const lockPool = (manager: EntityManager): Promise<unknown> =>
  manager.query('SELECT pg_advisory_xact_lock($1)', [POOL_LOCK]);

/** One request of a device at a time, so that its limits are counted right. */
export const lockDevice = (manager: EntityManager, ecHash: Uint8Array): Promise<unknown> => {
  const words = Buffer.from(ecHash);
  return manager.query('SELECT pg_advisory_xact_lock($1::integer, $2::integer)', [
    words.readInt32BE(0),
    words.readInt32BE(4),
  ]);
};
