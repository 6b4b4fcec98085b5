/**
 * Signatures of the worker pool with two workers and with one, by the time of the wall, on whatever cores there are.
 * With fewer than two free cores the figure says nothing of the pool, so it is said how many there were.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DEFAULT_SM2_ID } from '#crypto/sm2.js';
import { openPoolDevice, type PoolDevice } from '#keys/pool-device.js';
import type { CryptoFigure } from './crypto-report.js';
import { processorTime } from './rate.js';
import { median, spread } from './statistics.js';

const MESSAGES = Array.from({ length: 1024 }, () => new Uint8Array(randomBytes(100)));

/** Two batches are under way at any time, as with a busy authority: while one is unpacked, the workers have the other. */
const UNDER_WAY = 2;

async function signaturesPerSecond(device: PoolDevice, seconds: number): Promise<number> {
  const began = performance.now();
  let signatures = 0;
  const oneAfterTheOther = async (): Promise<void> => {
    while ((performance.now() - began) / 1000 < seconds) {
      const signed = await device.signBatch('bench', DEFAULT_SM2_ID, MESSAGES);
      signatures += signed.length;
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, oneAfterTheOther));
  return signatures / ((performance.now() - began) / 1000);
}

async function openPool(folder: string, workers: number): Promise<PoolDevice> {
  const device = await openPoolDevice({ directory: join(folder, String(workers)), workers });
  await device.createKey('bench');
  return device;
}

/** The cores that this process has had on average while something ran. */
async function coresDuring(run: () => Promise<unknown>): Promise<number> {
  const [wall, worked] = [performance.now() / 1000, processorTime()];
  await run();
  return (processorTime() - worked) / (performance.now() / 1000 - wall);
}

/** One figure, the pool of one as its peer: medians of `rounds` rounds in which each of the two has `seconds`. */
export async function benchPool({ rounds, seconds }: { rounds: number; seconds: number }): Promise<CryptoFigure> {
  const folder = mkdtempSync(join(tmpdir(), 'chrysalis-bench-'));
  const pools = [await openPool(folder, 1), await openPool(folder, 2)] as const;
  try {
    const [ofOne, ofTwo, cores]: [number[], number[], number[]] = [[], [], []];
    for (const pool of pools) await signaturesPerSecond(pool, seconds);
    for (let round = 0; round < rounds; round++) {
      ofOne.push(await signaturesPerSecond(pools[0], seconds));
      cores.push(await coresDuring(async () => ofTwo.push(await signaturesPerSecond(pools[1], seconds))));
    }
    return {
      op: 'pool.sign2Workers',
      counts: `messages of 100 B, by the time of the wall; two workers had ${median(cores).toFixed(1)} cores`,
      opsPerSecond: median(ofTwo),
      spread: spread(ofTwo),
      peers: { oneWorker: median(ofOne) },
    };
  } finally {
    for (const pool of pools) await pool.close();
    rmSync(folder, { recursive: true });
  }
}
