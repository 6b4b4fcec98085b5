/**
 * How many connections a server must offer. PostgreSQL refuses the one too many with "remaining connection slots are
 * reserved", in the middle of the work: so the number is counted beforehand.
 */

/** Pool of a role's own tables, and of its queue. */
export const TABLE_POOL_SIZE = 2;
/** The queue's pool without workers: one wakes, one completes. Each worker listens on one more, for as long as it lives. */
export const QUEUE_POOL_SIZE = 2;
/** Workers (queues worked on) of one instance that the budget counts with. */
export const WORKERS_PER_INSTANCE = 4;

const MIGRATION_LOCK = 1;
// A worker of an instance may run as a process of its own: with pools like the role's, and one queue.
const OWN_PROCESS_WORKER = TABLE_POOL_SIZE + QUEUE_POOL_SIZE + 1;
// Administration, people with psql, and the slots PostgreSQL keeps for superusers and autovacuum.
const RESERVE = 20;

/**
 * `max_connections` for so many instances (22 authorities: 328), and for the connections that some of their processes have
 * beyond the default pools. An unused slot costs some kilobytes.
 */
export function maxConnectionsFor(instances: number, beyondDefault = 0): number {
  if (!Number.isInteger(instances) || instances < 1) throw new RangeError(`instances: ${instances}`);
  if (!Number.isInteger(beyondDefault) || beyondDefault < 0) throw new RangeError(`beyondDefault: ${beyondDefault}`);
  const perInstance = TABLE_POOL_SIZE + QUEUE_POOL_SIZE + WORKERS_PER_INSTANCE + MIGRATION_LOCK + OWN_PROCESS_WORKER;
  return RESERVE + instances * perInstance + beyondDefault;
}
