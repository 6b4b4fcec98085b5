/** What BullMQ stands on: an instance's own PostgreSQL database, or its own part of a Redis. */
import {
  type BackendFactory,
  type IQueueBackend,
  createPostgresBackend,
  createRedisBackend,
  runMigrations,
} from 'bullmq';
import pg from 'pg';
import { QUEUE_POOL_SIZE } from '#persistence/connection-budget.js';
import { redisOptions } from './redis-options.js';

/** The connection part of BullMQ's options, and who makes backends of it. */
export interface QueueBackend {
  queueOptions: ConnectionPart;
  workerOptions: ConnectionPart;
  /** Handed to each queue and worker: nothing is set for the whole process. */
  factory: BackendFactory<IQueueBackend, unknown>;
  /** Told before the n-th worker is started, which keeps a connection for itself. */
  expectWorkers(count: number): void;
  close(): Promise<void>;
}

/** The connection is what the factory beside it takes: BullMQ passes it on and never looks into it. */
interface ConnectionPart {
  connection: unknown;
  prefix?: string;
}

const SCHEMA = 'bullmq';
/** Runs that were not waited for may hold a connection for ever; the pool is then left to the process's end. */
const POOL_END_MILLIS = 5_000;
/** A wake is refused after so many tries to reach Redis; a worker tries for ever. */
const WAKE_TRIES = 3;

export async function openBackend(
  instance: string,
  backend: { kind: 'postgres'; url: string } | { kind: 'redis'; url: string; prefix: string },
  onTrouble: (error: Error) => void,
): Promise<QueueBackend> {
  return backend.kind === 'postgres'
    ? openPostgres(instance, backend.url, onTrouble)
    : openRedis(backend.url, backend.prefix);
}

async function openPostgres(instance: string, url: string, onTrouble: (error: Error) => void): Promise<QueueBackend> {
  const pool = new pg.Pool({
    connectionString: url,
    max: QUEUE_POOL_SIZE,
    application_name: instance,
    // BullMQ's functions call each other by bare names; a pool handed in is not pointed at the schema by BullMQ.
    options: `-c search_path=${SCHEMA}`,
    // Else a LISTEN connection that was dropped silently goes unnoticed.
    keepAlive: true,
  });
  // Every queue and worker adds a listener to the one pool: many are no leak.
  pool.setMaxListeners(0);
  pool.on('error', onTrouble);
  await migrate(pool);
  return {
    queueOptions: { connection: pool },
    workerOptions: { connection: pool },
    factory: createPostgresBackend as BackendFactory<IQueueBackend, unknown>,
    // A worker takes a connection out of the pool to LISTEN on and keeps it: with a fixed pool the n-th would starve all.
    expectWorkers: (count) => (pool.options.max = QUEUE_POOL_SIZE + count),
    close: () => endPool(pool),
  };
}

/** BullMQ ignores `migrate: true` for a pool that is handed in, so it is done here, on one session as it asks. */
async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, SCHEMA);
  } catch (cause) {
    throw new Error('migrating the queue tables', { cause });
  } finally {
    client.release();
  }
}

async function endPool(pool: pg.Pool): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, POOL_END_MILLIS)));
  await Promise.race([pool.end(), late]);
  clearTimeout(timer);
}

function openRedis(url: string, prefix: string): QueueBackend {
  return {
    queueOptions: { connection: { ...redisOptions(url), maxRetriesPerRequest: WAKE_TRIES }, prefix },
    // null: BullMQ requires it of a connection that blocks.
    workerOptions: { connection: { ...redisOptions(url), maxRetriesPerRequest: null }, prefix },
    factory: createRedisBackend as BackendFactory<IQueueBackend, unknown>,
    expectWorkers: () => undefined,
    close: () => Promise.resolve(),
  };
}
