/** Waits for what other parts of the system are working on, with an end. */
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLIS = 100;

/** Asks until the answer is there; throws `missing` as a sentence after `patienceMillis` of real time. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  options: { patienceMillis: number; missing: () => string; ended: AbortSignal },
): Promise<T> {
  for (let waited = 0; waited <= options.patienceMillis; waited += POLL_MILLIS) {
    options.ended.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(POLL_MILLIS);
  }
  throw new Error(options.missing());
}

/** Runs `work` over all items, at most `width` at once. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await work(items[index] as T, index);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
