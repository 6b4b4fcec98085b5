/**
 * Workers and the calls they owe. Each has at most some calls on its desk; the others wait here, as the caller's own arrays,
 * and are packed when their turn comes. A worker that ends unasked is replaced when there is work for it. What it owed is done
 * again once when it may be repeated, and fails otherwise, naming the call: nobody waits for ever.
 */
import { Worker } from 'node:worker_threads';
import { DeviceRefusal } from './device-refusal.js';
import { buffersOf, errorOf, pack, unpack } from './parcel.js';
import { READY, type Call, type Reply, type Request } from './worker-calls.js';

const PROGRAM = new URL('./key-worker.js', import.meta.url);
/** Batches on a worker's desk: one in work, and one that waits while the answer travels. */
const MOST_SHARED = 2;
/** Calls of one worker's own on its desk: they wait for the disk more than they compute. */
const MOST_OWN = 32;
const MOST_TRIES = 2;

interface Job {
  readonly id: number;
  readonly call: Call;
  readonly own: Seat | undefined;
  readonly isRepeatable: boolean;
  tries: number;
  resolve(parts: (Uint8Array | undefined)[]): void;
  reject(error: Error): void;
}

/** The place of one worker, also while there is none. */
interface Seat {
  worker: Worker | undefined;
  /** Resolves when a worker sits here or could not begin. */
  starting: Promise<void> | undefined;
  /** What its worker was given and has not answered. */
  readonly desk: Map<number, Job>;
  /** What waits for this worker and no other. */
  readonly own: Job[];
}

export interface CallOptions {
  /** The number of the worker that must do it; any worker when left out. */
  worker?: number;
  /** Whether doing it twice is the same as once; true when left out. */
  isRepeatable?: boolean;
}

export class WorkerPool {
  readonly #directory: string;
  readonly #masterKey: Uint8Array | undefined;
  readonly #seats: readonly Seat[];
  readonly #shared: Job[] = [];
  #lastId = READY;
  #closing: Promise<void> | undefined;

  private constructor(directory: string, workers: number, masterKey: Uint8Array | undefined) {
    this.#directory = directory;
    this.#masterKey = masterKey?.slice();
    this.#seats = Array.from({ length: workers }, () => ({
      worker: undefined,
      starting: undefined,
      desk: new Map<number, Job>(),
      own: [],
    }));
  }

  /** Starts all workers; when one cannot begin, none stays and its reason is thrown. */
  static async open(directory: string, workers: number, masterKey?: Uint8Array): Promise<WorkerPool> {
    const pool = new WorkerPool(directory, workers, masterKey);
    const begun = await Promise.allSettled(pool.#seats.map((seat) => pool.#start(seat)));
    const failed = begun.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return pool;
    await pool.close();
    throw failed.reason;
  }

  get workers(): number {
    return this.#seats.length;
  }

  /** The answer to one call; refuses when the pool is closed, and throws what the worker threw. */
  call(call: Call, { worker, isRepeatable = true }: CallOptions = {}): Promise<(Uint8Array | undefined)[]> {
    return new Promise((resolve, reject) => {
      if (this.#closing !== undefined) return reject(closed());
      const own = worker === undefined ? undefined : this.#seats[worker];
      const job: Job = { id: ++this.#lastId, call, own, isRepeatable, tries: 0, resolve, reject };
      (own?.own ?? this.#shared).push(job);
      this.#handOut();
    });
  }

  /** Ends all workers after they have zeroed their keys; what they still owe is refused. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    for (const waiting of [this.#shared, ...this.#seats.map(({ own }) => own)]) rejectAll(waiting.splice(0), closed());
    await Promise.allSettled(this.#seats.map(async ({ starting }) => starting));
    this.#masterKey?.fill(0);
    await Promise.all(
      this.#seats.map(async ({ worker }) => {
        if (worker === undefined) return;
        const ended = new Promise((resolve) => worker.once('exit', resolve));
        worker.ref();
        worker.postMessage({ id: ++this.#lastId, method: 'close', words: [], packed: pack([]) } satisfies Request);
        await ended;
      }),
    );
  }

  /** Gives waiting calls to the workers that have room, the emptiest first. */
  #handOut(): void {
    if (this.#closing !== undefined) return;
    for (const seat of [...this.#seats].sort((a, b) => a.desk.size - b.desk.size)) {
      if (seat.worker === undefined) {
        if (seat.own.length + this.#shared.length > 0) void this.#replace(seat);
        continue;
      }
      for (let job = this.#nextFor(seat); job !== undefined; job = this.#nextFor(seat))
        this.#give(seat, seat.worker, job);
    }
  }

  /** The oldest call that this worker may have now. */
  #nextFor({ desk, own }: Seat): Job | undefined {
    const isOwnFirst = own[0] !== undefined && own[0].id < (this.#shared[0]?.id ?? Infinity);
    if (isOwnFirst) return desk.size < MOST_OWN ? own.shift() : undefined;
    return desk.size < MOST_SHARED ? this.#shared.shift() : undefined;
  }

  #give(seat: Seat, worker: Worker, job: Job): void {
    try {
      const packed = pack(job.call.parts);
      const { method, words } = job.call;
      worker.postMessage({ id: job.id, method, words, packed } satisfies Request, buffersOf(packed));
    } catch (error) {
      job.reject(new TypeError(`${job.call.method}: words and bytes expected`, { cause: error }));
      return;
    }
    job.tries++;
    seat.desk.set(job.id, job);
    // A worker with work keeps the process alive, an idle one does not.
    worker.ref();
  }

  /** Starts a worker and waits until it is ready. */
  async #start(seat: Seat): Promise<void> {
    const worker = new Worker(PROGRAM, {
      workerData: { directory: this.#directory, masterKey: this.#masterKey },
      execArgv: [],
    });
    let trouble: Error | undefined;
    worker.on('error', (error) => (trouble = error));
    worker.on('messageerror', (error) => {
      trouble = error;
      void worker.terminate();
    });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', (reply: Reply) => ('failure' in reply ? reject(errorOf(reply.failure)) : resolve()));
      worker.once('exit', () => reject(new Error('a crypto worker ended before it began', { cause: trouble })));
    });
    seat.worker = worker;
    worker.on('message', (reply: Reply) => this.#take(seat, worker, reply));
    worker.once('exit', () => this.#bury(seat, trouble));
    // Last: a listener for messages keeps the process alive again.
    worker.unref();
  }

  /** A worker for an empty seat; when none can begin, those who waited for it are told why. */
  async #replace(seat: Seat): Promise<void> {
    if (seat.starting !== undefined) return;
    seat.starting = this.#start(seat);
    try {
      await seat.starting;
      this.#handOut();
    } catch (error) {
      rejectAll(seat.own.splice(0), error as Error);
      if (this.#seats.every(({ worker }) => worker === undefined)) rejectAll(this.#shared.splice(0), error as Error);
    } finally {
      seat.starting = undefined;
    }
  }

  #take(seat: Seat, worker: Worker, reply: Reply): void {
    const job = seat.desk.get(reply.id);
    if (job === undefined) return;
    seat.desk.delete(reply.id);
    if ('failure' in reply) job.reject(errorOf(reply.failure));
    else job.resolve(unpack(reply.packed));
    if (seat.desk.size === 0 && this.#closing === undefined) worker.unref();
    this.#handOut();
  }

  /** A worker has ended: asked, or by a fault of its own. */
  #bury(seat: Seat, trouble: Error | undefined): void {
    seat.worker = undefined;
    const owed = [...seat.desk.values()];
    seat.desk.clear();
    if (this.#closing !== undefined) return rejectAll(owed, closed());
    for (const job of owed.reverse()) {
      if (job.isRepeatable && job.tries < MOST_TRIES) (job.own?.own ?? this.#shared).unshift(job);
      else job.reject(new Error(`${job.call.method}: the crypto worker ended before it answered`, { cause: trouble }));
    }
    this.#handOut();
  }
}

function closed(): DeviceRefusal {
  return new DeviceRefusal('device-closed', 'the crypto device is closed');
}

function rejectAll(jobs: readonly Job[], error: Error): void {
  for (const job of jobs) job.reject(error);
}
