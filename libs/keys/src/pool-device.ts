/**
 * The crypto device whose keys live in worker threads alone: this thread holds labels, and in passing what it is asked for and
 * what comes of it. No message carries a private key. Each worker is a software device on the one directory, and reads a key
 * when it first needs it; so the pool is as safe as that directory (`file-store.ts`), and a key lies once in the memory of each
 * worker that has used it. Where the directory's master key is handed in, this thread holds that one for workers that begin
 * later: with it and the directory somebody has the keys.
 *
 * One worker, the keeper, does every change of a label: it makes, rebuilds and destroys keys, and so orders the changes of a
 * label as any software device does, without a word between the workers. What others read stands on the disk by then. A
 * destruction is done by the keeper first, whose mark on the disk ends every later reading, and then dropped from the memory
 * of all; only then is it answered. The secret of `derive` and `seal` is made by whichever worker is asked first: the
 * directory lets one win, and nobody uses a secret before having read it behind the mark.
 * There is no pool in memory: a key that no worker can read for itself would have to travel between them.
 *
 * Batches go to all workers in pieces of some milliseconds, single calls to one; a few pieces of a batch are under way at a
 * time, so that others come in between.
 */
import type { CocoonKeys, KeyToBlind } from '#crypto/butterfly.js';
import { requireInteger } from '#crypto/argument.js';
import type { Sm2KeyToWrap, Sm2SignedMessage, Sm2WrappedKey } from '#crypto/sm2.js';
import type { BatchArithmetic } from './batch-arithmetic.js';
import type {
  CocoonExpansion,
  CocoonWrappedKey,
  CryptoDevice,
  ImplicitAnswer,
  ImplicitOrder,
  SeedStep,
} from './crypto-device.js';
import { deviceCapabilities, type DeviceCapability } from './device-capability.js';
import { inGroups, part, partsOfCaterpillar, partsOfWrapped, wrappedFrom, type Call } from './worker-calls.js';
import { WorkerPool, type CallOptions } from './worker-pool.js';

const ALL: ReadonlySet<DeviceCapability> = new Set(deviceCapabilities);
const MOST_WORKERS = 64;
const KEEPER = 0;

/**
 * The most items of a piece: some milliseconds in the engine, many times the 80 µs of a message's way. What is made side by
 * side is made so in groups of 256; a batch that is smaller than a piece for each worker is shared out evenly.
 */
const PIECE = { signed: 256, derived: 256, unwrapped: 16, periods: 8, blinded: 256, verified: 256, wrapped: 256 };

/** A device and, on the same workers, arithmetic without keys. Closing the device ends both. */
export interface PoolDevice extends CryptoDevice {
  readonly arithmetic: BatchArithmetic;
}

/**
 * Opens the device of a directory (made when missing, as `openSoftwareDevice` does) with 1 … 64 workers. They draw from the
 * operating system's generator: dice handed in would bring every new key through this thread.
 */
export async function openPoolDevice(options: {
  directory: string;
  workers: number;
  /** 32 bytes, when the master key is not kept beside the keys; the pool keeps it for workers that come later. */
  masterKey?: Uint8Array | undefined;
}): Promise<PoolDevice> {
  requireInteger('workers', options.workers, 1, MOST_WORKERS);
  return new DeviceOfPool(await WorkerPool.open(options.directory, options.workers, options.masterKey));
}

class DeviceOfPool implements PoolDevice {
  readonly #pool: WorkerPool;
  readonly #arithmetic: BatchArithmetic;

  constructor(pool: WorkerPool) {
    this.#pool = pool;
    this.#arithmetic = arithmeticOf(pool);
  }

  /** Those of its workers: all of them. */
  get capabilities(): ReadonlySet<DeviceCapability> {
    return ALL;
  }

  get arithmetic(): BatchArithmetic {
    return this.#arithmetic;
  }

  /** Not repeated when its worker ends in it: whether the key stands, `publicKey` says. */
  createKey(label: string): Promise<Uint8Array> {
    return this.#one({ method: 'createKey', words: [label], parts: [] }, { worker: KEEPER, isRepeatable: false });
  }

  async publicKey(label: string): Promise<Uint8Array | undefined> {
    return (await this.#pool.call({ method: 'publicKey', words: [label], parts: [] }))[0];
  }

  async sign(label: string, id: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    return part((await this.signBatch(label, id, [message]))[0]);
  }

  async signBatch(label: string, id: Uint8Array, messages: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const signed = await inPieces(this.#pool, messages, PIECE.signed, (some) => ({
      method: 'signBatch',
      words: [label],
      parts: [id, ...some],
    }));
    return signed.map(part);
  }

  async unwrap(label: string, wrapped: Sm2WrappedKey): Promise<Uint8Array | undefined> {
    return (await this.unwrapBatch(label, [wrapped]))[0];
  }

  unwrapBatch(label: string, wrapped: readonly Sm2WrappedKey[]): Promise<(Uint8Array | undefined)[]> {
    return inPieces(this.#pool, wrapped, PIECE.unwrapped, (some) => ({
      method: 'unwrapBatch',
      words: [label],
      parts: some.flatMap(partsOfWrapped),
    }));
  }

  async derive(label: string, context: Uint8Array): Promise<Uint8Array> {
    return part((await this.deriveBatch(label, [context]))[0]);
  }

  async deriveBatch(label: string, contexts: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const derived = await inPieces(this.#pool, contexts, PIECE.derived, (parts) => ({
      method: 'deriveBatch',
      words: [label],
      parts,
    }));
    return derived.map(part);
  }

  seal(label: string, plaintext: Uint8Array): Promise<Uint8Array> {
    return this.#one({ method: 'seal', words: [label], parts: [plaintext] });
  }

  async open(label: string, sealed: Uint8Array): Promise<Uint8Array | undefined> {
    return (await this.#pool.call({ method: 'open', words: [label], parts: [sealed] }))[0];
  }

  async cocoonUnwrap(
    label: string,
    expansion: CocoonExpansion,
    wrapped: Sm2WrappedKey,
  ): Promise<Uint8Array | undefined> {
    return (await this.cocoonUnwrapBatch(label, [{ expansion, wrapped }]))[0];
  }

  cocoonUnwrapBatch(label: string, items: readonly CocoonWrappedKey[]): Promise<(Uint8Array | undefined)[]> {
    return inPieces(this.#pool, items, PIECE.unwrapped, (some) => ({
      method: 'cocoonUnwrapBatch',
      words: [label, ...some.flatMap(({ expansion: { i, j } }) => [i, j])],
      parts: some.flatMap(({ expansion, wrapped }) => [expansion.key, ...partsOfWrapped(wrapped)]),
    }));
  }

  rebuild(label: string, { key, i, j }: CocoonExpansion, c: Uint8Array, into: string): Promise<Uint8Array> {
    return this.#one({ method: 'rebuild', words: [label, into, i, j], parts: [key, c] }, { worker: KEEPER });
  }

  async issueImplicit(label: string, order: ImplicitOrder): Promise<ImplicitAnswer> {
    const parts = [order.requestKey, order.before, order.after, order.issuerCertificateHash];
    const [value, r] = await this.#pool.call({ method: 'issueImplicit', words: [label], parts });
    return { reconstructionValue: part(value), privateValue: part(r) };
  }

  async evolveSeed(label: string, sealed: Uint8Array, { laId, steps }: SeedStep): Promise<Uint8Array | undefined> {
    return (await this.#pool.call({ method: 'evolveSeed', words: [label, steps], parts: [sealed, laId] }))[0];
  }

  async destroy(label: string): Promise<void> {
    await this.#pool.call({ method: 'destroy', words: [label], parts: [] }, { worker: KEEPER });
    const others = Array.from({ length: this.#pool.workers }, (_, worker) => worker).filter((n) => n !== KEEPER);
    await Promise.all(
      others.map((worker) => this.#pool.call({ method: 'dropDestroyed', words: [label], parts: [] }, { worker })),
    );
  }

  async labels(): Promise<string[]> {
    const labels = await this.#pool.call({ method: 'labels', words: [], parts: [] });
    return labels.map((label) => new TextDecoder().decode(label));
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #one(call: Call, options?: CallOptions): Promise<Uint8Array> {
    return part((await this.#pool.call(call, options))[0]);
  }
}

function arithmeticOf(pool: WorkerPool): BatchArithmetic {
  return {
    expandBatch: async (caterpillar, periods, jCount) => {
      const keys = await inPieces(pool, periods, PIECE.periods, (some) => ({
        method: 'expandBatch',
        words: [jCount, ...some],
        parts: partsOfCaterpillar(caterpillar),
      }));
      return inGroups(keys, 2).map((pair, n) =>
        cocoonFrom(pair, periods[Math.floor(n / jCount)] as number, n % jCount),
      );
    },
    blindBatch: async (items: readonly KeyToBlind[]) => {
      const blinded = await inPieces(pool, items, PIECE.blinded, (some) => ({
        method: 'blindBatch',
        words: [],
        parts: some.flatMap(({ cocoonKey, c }) => [cocoonKey, c]),
      }));
      return blinded.map(part);
    },
    verifyBatch: async (publicKey, id, signed: readonly Sm2SignedMessage[]) => {
      const verdicts = await inPieces(pool, signed, PIECE.verified, (some) => ({
        method: 'verifyBatch',
        words: [],
        parts: [publicKey, id, ...some.flatMap(({ message, signature }) => [message, signature])],
      }));
      return verdicts.flatMap((some) => Array.from(part(some), (verdict) => verdict === 1));
    },
    wrapBatch: async (items: readonly Sm2KeyToWrap[]) => {
      const wrapped = await inPieces(pool, items, PIECE.wrapped, (some) => ({
        method: 'wrapBatch',
        words: [],
        parts: some.flatMap(({ publicKey, key, scalar }) => [publicKey, key, scalar]),
      }));
      return inGroups(wrapped, 3).map(wrappedFrom);
    },
  };
}

function cocoonFrom([signingKey, encryptionKey]: (Uint8Array | undefined)[], i: number, j: number): CocoonKeys {
  return { i, j, signingKey: part(signingKey), encryptionKey: part(encryptionKey) };
}

/**
 * The answers for all items in their order, in pieces that several workers do at a time. An empty batch is one empty piece,
 * so that it is judged too. The first refusal ends the batch: pieces not yet called are left out.
 */
async function inPieces<Item>(
  pool: WorkerPool,
  items: readonly Item[],
  most: number,
  callFor: (some: readonly Item[]) => Call,
): Promise<(Uint8Array | undefined)[]> {
  const size = Math.max(1, Math.min(most, Math.ceil(items.length / pool.workers)));
  const pieces = Math.max(1, Math.ceil(items.length / size));
  const answers: (Uint8Array | undefined)[][] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    try {
      while (next < pieces) {
        const n = next++;
        answers[n] = await pool.call(callFor(items.slice(n * size, (n + 1) * size)));
      }
    } finally {
      next = pieces;
    }
  };
  // Two for each worker: one in its hands, one on its desk.
  await Promise.all(Array.from({ length: Math.min(pieces, 2 * pool.workers) }, lane));
  return answers.flat();
}
