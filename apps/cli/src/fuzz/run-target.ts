/** Throws mutations at one target. */
import { drawsOf } from './draws.js';
import type { Verdict } from './judge-codec.js';
import { mutated } from './mutate.js';
import type { Target } from './targets.js';

export interface Tally {
  tried: number;
  accepted: number;
  shown: number;
  refused: number;
}

export interface Finding {
  readonly target: string;
  /** Which mutation of the seed; undefined for an input of the corpus itself. */
  readonly number: number | undefined;
  readonly bytes: Uint8Array;
  readonly what: string;
}

export const newTally = (): Tally => ({ tried: 0, accepted: 0, shown: 0, refused: 0 });

/** Processor time: a second, and what 64 KiB may take at the slowest reader; far above all that is in order. */
const SECONDS = 1;
const SECONDS_A_BYTE = 20e-6;

/** Judges one input; what is thrown is a finding, and so is a judgement that takes too long, where time counts. */
export async function tryInput(
  target: Target,
  bytes: Uint8Array,
  doesTimeCount: boolean,
  number?: number,
): Promise<Verdict | Finding> {
  const finding = (what: string): Finding => ({ target: target.name, number, bytes, what });
  const before = process.cpuUsage();
  try {
    const verdict = await target.judge(bytes);
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    return doesTimeCount && seconds > SECONDS + SECONDS_A_BYTE * bytes.length
      ? finding(`took ${seconds.toFixed(1)} s`)
      : verdict;
  } catch (error) {
    return finding(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}

export interface Throw {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly doesTimeCount: boolean;
}

/**
 * The mutations number `from` … `from + count − 1` of a seed: each depends on these two, the target's name and the corpus
 * alone, so that one can be made again by itself. Ends with the first finding.
 */
export async function throwAt(
  target: Target,
  corpus: readonly Uint8Array[],
  { seed, from, count, doesTimeCount }: Throw,
  tally: Tally,
): Promise<Finding | undefined> {
  for (let number = from; number < from + count; number++) {
    const bytes = mutated(corpus, drawsOf(`${String(seed)} ${target.name} ${String(number)}`));
    const outcome = await tryInput(target, bytes, doesTimeCount, number);
    tally.tried++;
    if (typeof outcome === 'object') return outcome;
    tally[outcome]++;
  }
  return undefined;
}
