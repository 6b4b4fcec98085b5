/** The queues of a PRA and what their keys name. A lost wake is asked for again from the tables (work.ts). */
import type { QueueHost } from '#queue/queue-host.js';

export const EXPAND = 'expand'; // DUE
export const SHUFFLE = 'shuffle'; // POOL
export const CERTIFY = 'certify'; // one of the lanes: each works off whatever is due
export const REPORTS = 'reports'; // OUTBOX
export const STOPS = 'stops'; // OUTBOX

export const DUE = 'due';
export const POOL = 'pool';
export const OUTBOX = 'outbox';

/** Wakes as many runs as may send batches at once. */
export async function wakeCertify(queues: QueueHost, batchesAtOnce: number): Promise<void> {
  for (let lane = 0; lane < batchesAtOnce; lane++) await queues.wake(CERTIFY, `lane ${lane}`);
}
