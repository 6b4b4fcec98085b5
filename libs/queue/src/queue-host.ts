/**
 * The queues of one instance. What is owed stands in the role's own tables; a queue only wakes whoever works it off.
 * So a wake carries a key and nothing else, may be asked for too often, and may even be lost: the role asks again
 * from its tables when it starts.
 */
import { type IQueueBackend, type Job, type JobProgress, Queue, Worker } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireInstanceName } from '#persistence/administration.js';
import { type QueueBackend, openBackend } from './queue-backend.js';
import { Wakes } from './wakes.js';

/** A worker that is killed any number of times must not lose the wake; BullMQ's own 1 gives up at the second. */
const MAX_STALLED_COUNT = 1_000_000;
/** Failed runs kept for the operator to see; they hold the key and no reason. */
const FAILED_KEPT = 100;
const EVENTS_KEPT = 100;
/** After this long without renewal a job is taken for abandoned. Renewed at half; a busy event loop needs the room. */
const DEFAULT_LOCK_MILLIS = 30_000;
const STALLED_CHECK_MILLIS = 5_000;
/** A worker hears of a job at once; this is how often it looks by itself. */
const DRAIN_DELAY_SECONDS = 10;
/** After a lost connection. BullMQ's own 15 s is long for a fleet that waits. */
const RETRY_DELAY_MILLIS = 1_000;
const DEFAULT_CLOSE_MILLIS = 10_000;
const QUEUE_NAME = /^[a-z][a-z0-9-]{0,39}$/;
const MAX_KEY_LENGTH = 200;

interface WakeData {
  key: string;
}
type WakeQueue = Queue<WakeData, void, string, WakeData, void, string, IQueueBackend, unknown>;

/** A worker that can leave a run alone: BullMQ's close() only waits, and renews the run's lock until it ends. */
class WakeWorker extends Worker<WakeData, void, string, IQueueBackend, JobProgress, unknown> {
  async abandon(): Promise<void> {
    await this.lockManager.close();
    await this.disconnect();
  }
}

export interface QueueHost {
  /**
   * Asks for one run of the queue's worker with this key. The same key waiting twice is one run; asked for while it
   * runs, it runs once more afterwards (or beside it, in another process of the same instance).
   */
  wake(queue: string, key: string): Promise<void>;
  /**
   * Works the queue from now on, `atOnce` keys at a time, one unless told otherwise: `run` does one batch of what the tables
   * say is owed for the key. It may be called again for the same key at any time, also after it was killed in the middle,
   * and with `atOnce` above one also while it runs. What it throws is logged and not tried again: the owner's tables wake
   * it. Once a queue.
   */
  work(queue: string, run: (key: string) => Promise<void>, options?: { atOnce?: number }): void;
  /** For tests: every queue used here is emptied, also of what is running, as if the server had lost its memory. */
  emptyAll(): Promise<void>;
  /** Takes nothing new, waits for running runs up to the stated time, and lets go of the connections. */
  close(): Promise<void>;
}

export interface QueueHostOptions {
  instance: string;
  backend: { kind: 'postgres'; url: string } | { kind: 'redis'; url: string; prefix: string };
  log: (event: string, fields: object) => void;
  /** How long a worker may be silent before its job is given to another; default 30 s. */
  lockMillis?: number;
  /** How often abandoned jobs are looked for; default 5 s. Two looks are needed after the lock ran out. */
  stalledCheckMillis?: number;
  /** How long close() waits for running runs; default 10 s. */
  closeWaitMillis?: number;
}

/** Opens an instance's queues: on PostgreSQL in the schema `bullmq` of its own database (migrated here), or on Redis. */
export async function openQueueHost(options: QueueHostOptions): Promise<QueueHost> {
  requireInstanceName(options.instance);
  const backend = await openBackend(options.instance, options.backend, (error) =>
    options.log('queue.connection-lost', { error: String(error) }),
  );
  return new BullQueueHost(options, backend);
}

class BullQueueHost implements QueueHost {
  readonly #options: QueueHostOptions;
  readonly #backend: QueueBackend;
  readonly #queues = new Map<string, WakeQueue>();
  readonly #workers = new Map<string, WakeWorker>();
  readonly #wakes = new Wakes((queue, key) => this.#add(queue, key));
  #closing: Promise<void> | undefined;

  constructor(options: QueueHostOptions, backend: QueueBackend) {
    this.#options = options;
    this.#backend = backend;
  }

  async wake(queue: string, key: string): Promise<void> {
    if (this.#closing !== undefined) throw new Error(`waking ${queue}: the queues are closed`);
    if (key === '' || key.length > MAX_KEY_LENGTH)
      throw new Error(`waking ${queue}: a key of ${key.length} characters`);
    await this.#wakes.ask(queue, key);
  }

  work(queue: string, run: (key: string) => Promise<void>, { atOnce = 1 }: { atOnce?: number } = {}): void {
    if (this.#closing !== undefined) throw new Error(`working ${queue}: the queues are closed`);
    if (this.#workers.has(queue)) throw new Error(`working ${queue}: it is worked already`);
    requireQueueName(queue);
    if (!Number.isInteger(atOnce) || atOnce < 1) throw new RangeError(`working ${queue}: ${atOnce} at once`);
    this.#backend.expectWorkers(this.#workers.size + 1);
    const worker = new WakeWorker(
      queue,
      (job) => this.#runOnce(queue, job, run),
      {
        ...this.#backend.workerOptions,
        concurrency: atOnce,
        maxStalledCount: MAX_STALLED_COUNT,
        lockDuration: this.#options.lockMillis ?? DEFAULT_LOCK_MILLIS,
        stalledInterval: this.#options.stalledCheckMillis ?? STALLED_CHECK_MILLIS,
        drainDelay: DRAIN_DELAY_SECONDS,
        runRetryDelay: RETRY_DELAY_MILLIS,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: FAILED_KEPT },
      },
      this.#backend.factory,
    );
    worker.on('error', (error) => this.#options.log('queue.trouble', { queue, error: String(error) }));
    worker.on('stalled', () => this.#options.log('queue.abandoned-job-taken-over', { queue }));
    this.#workers.set(queue, worker);
  }

  async emptyAll(): Promise<void> {
    const names = new Set([...this.#queues.keys(), ...this.#workers.keys()]);
    for (const name of names) await this.#queue(name).obliterate({ force: true });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** From here on a wake for the key asks for another run: what this run reads may be older than that wake. */
  async #runOnce(queue: string, job: Job<WakeData>, run: (key: string) => Promise<void>): Promise<void> {
    await job.removeDeduplicationKey();
    try {
      await run(job.data.key);
    } catch (error) {
      this.#options.log('queue.run-failed', { queue, error: describe(error) });
      // What BullMQ keeps of a failure is its text: it must not carry what a role's error tells.
      throw new Error('the run failed; the reason is in the log');
    }
  }

  async #add(queue: string, key: string): Promise<void> {
    await this.#queue(queue).add('wake', { key }, { deduplication: { id: key } });
  }

  #queue(name: string): WakeQueue {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    requireQueueName(name);
    const queue: WakeQueue = new Queue(
      name,
      {
        ...this.#backend.queueOptions,
        streams: { events: { maxLen: EVENTS_KEPT } },
        defaultJobOptions: { removeOnComplete: true, removeOnFail: { count: FAILED_KEPT } },
      },
      this.#backend.factory,
    );
    queue.on('error', (error) => this.#options.log('queue.trouble', { queue: name, error: String(error) }));
    this.#queues.set(name, queue);
    return queue;
  }

  async #close(): Promise<void> {
    const closing = Promise.all([...this.#workers.values()].map((worker) => worker.close()));
    const waitMillis = this.#options.closeWaitMillis ?? DEFAULT_CLOSE_MILLIS;
    if (!(await endsWithin(closing, waitMillis))) {
      // The run goes on unheeded and its job is abandoned: another process, or the next start, runs it again.
      this.#options.log('queue.closed-in-mid-run', { waitMillis });
      await Promise.all([...this.#workers.values()].map((worker) => worker.abandon()));
    }
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    await this.#backend.close();
  }
}

function requireQueueName(name: string): void {
  if (!QUEUE_NAME.test(name)) throw new Error(`not a queue's name: ${JSON.stringify(name)}`);
}

async function endsWithin(work: Promise<unknown>, millis: number): Promise<boolean> {
  const patience = new AbortController();
  const late = sleep(millis, false, { signal: patience.signal }).catch(() => true);
  const isDone = await Promise.race([work.then(() => true), late]);
  patience.abort();
  return isDone;
}

/** The error with what it was caused by, for the instance's own log. */
function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${describe(error.cause)}` : '';
  return `${String(error)}${cause}`;
}
