/**
 * The checker of a measured fleet, a process of its own: `check.main.js FOLDER RESULT`. It is told where the fleet's keys and
 * lists are and where the PRA answers, fetches and opens everything that was asked for, and writes what it found as JSON.
 * Exits 0 when it could look at everything, whatever it found.
 */
import { writeFile } from 'node:fs/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { availableParallelism } from 'node:os';
import { checkShare, type CheckedShare, type Share } from './check-share.js';
import { countRepeats, FINGERPRINTS, whatComesTwice } from './fingerprints.js';

const MOST_THREADS = 4;
const PROGRESS_MILLIS = 2_000;
const TOLD = 20;

/** What the checker writes. */
export interface FleetVerdict {
  readonly requested: number;
  /** Right in everything, by the device's own rules. */
  readonly right: number;
  /** Requested, and no right certificate came for it. */
  readonly lost: number;
  /** Certificates that repeat the answer, certificate, key or linkage value of another. */
  readonly duplicated: number;
  readonly told: readonly string[];
  readonly bundleBytes: number;
}

type Message = { kind: 'progress'; certificates: number } | { kind: 'done'; checked: CheckedShare };

async function runShare(folder: string, share: Share): Promise<void> {
  const post = (message: Message): void => parentPort?.postMessage(message);
  const checked = await checkShare(folder, share, (certificates) => post({ kind: 'progress', certificates }));
  post({ kind: 'done', checked });
}

function startShare(folder: string, share: Share, onProgress: (certificates: number) => void): Promise<CheckedShare> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { folder, share } });
  return new Promise((resolve, reject) => {
    worker.on('message', (message: Message) => {
      if (message.kind === 'progress') onProgress(message.certificates);
      else resolve(message.checked);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error(`share ${String(share.share)} ended without a result`)));
  });
}

async function main([folder, result]: readonly string[]): Promise<void> {
  if (folder === undefined || result === undefined) throw new Error('usage: check.main.js FOLDER RESULT');
  const of = Math.min(MOST_THREADS, availableParallelism());
  let looked = 0;
  const timer = setInterval(() => process.stderr.write(`checked ${String(looked)} certificates\n`), PROGRESS_MILLIS);
  const shares = await Promise.all(
    Array.from({ length: of }, (_, share) => startShare(folder, { share, of }, (count) => (looked += count))),
  );
  clearInterval(timer);
  await writeFile(result, `${JSON.stringify(verdictOf(shares), null, 2)}\n`);
}

function verdictOf(shares: readonly CheckedShare[]): FleetVerdict {
  const sum = (of: (share: CheckedShare) => number): number => shares.reduce((total, one) => total + of(one), 0);
  const prints = new BigUint64Array(sum((one) => one.prints.length));
  let at = 0;
  for (const one of shares) {
    prints.set(one.prints, at);
    at += one.prints.length;
  }
  const twice = whatComesTwice(prints);
  const seen = twice.map(({ what, places }) => `the same ${what} at ${String(places.length)} places`);
  const requested = prints.length / FINGERPRINTS.length;
  const right = sum((one) => one.right);
  return {
    requested,
    right,
    lost: requested - right,
    duplicated: countRepeats(twice),
    told: [...seen, ...shares.flatMap(({ told }) => told)].slice(0, TOLD),
    bundleBytes: sum((one) => one.bytes),
  };
}

if (isMainThread) await main(process.argv.slice(2));
else {
  const { folder, share } = workerData as { folder: string; share: Share };
  await runShare(folder, share);
}
