/** `chrysalis fuzz`: rounds over all targets until the time is over; what breaks something is kept in the corpus. */
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { listenForInterrupt } from '../interrupt.js';
import { inColumns } from '../measuring/columns.js';
import { CORPUS, keepInput, readCorpus } from './corpus.js';
import { gatherInputs } from './gather-inputs.js';
import { newTally, throwAt, tryInput, type Finding, type Tally } from './run-target.js';
import { fuzzTargets, type Target } from './targets.js';

export interface FuzzOptions {
  readonly seconds: number;
  readonly target?: string;
  readonly seed?: number;
  readonly gather?: true;
}

/** Mutations of one target before the next one has its turn. */
const SLICE = 100;
/** What `--seed` takes. */
const MOST_SEEDS = 1_000_000;
const QUIET_MILLIS = 10_000;

interface Running {
  readonly target: Target;
  readonly corpus: readonly Uint8Array[];
  readonly tally: Tally;
  isOver: boolean;
}

export async function runFuzz(options: FuzzOptions, context: CliContext, targets?: Target[]): Promise<number> {
  const all = targets ?? (await fuzzTargets());
  if (options.gather === true) return gather(all, context);
  const chosen = options.target === undefined ? all : all.filter(({ name }) => name === options.target);
  if (chosen.length === 0) {
    context.progress(
      `chrysalis: ${options.target ?? ''} is no target; there are: ${all.map(({ name }) => name).join(', ')}`,
    );
    return ExitCode.usage;
  }
  const folder = join(context.root, CORPUS);
  const running = chosen.map((target): Running => {
    const corpus = readCorpus(folder, target.name).map(({ bytes }) => bytes);
    // Without a corpus there is still an input: none at all.
    return { target, corpus: corpus.length > 0 ? corpus : [new Uint8Array()], tally: newTally(), isOver: false };
  });
  const seed = options.seed ?? randomInt(MOST_SEEDS);
  context.progress(`chrysalis: ${String(chosen.length)} targets, ${String(options.seconds)} s, seed ${String(seed)}`);
  const findings = [...(await replay(running)), ...(await throwAll(running, seed, options.seconds, context))];
  for (const finding of findings) report(finding, seed, folder, context);
  for (const line of table(running)) context.result(line);
  return findings.length > 0 ? ExitCode.failed : ExitCode.done;
}

/** The inputs of the corpus as they are. */
async function replay(running: readonly Running[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const one of running) {
    for (const bytes of one.corpus) {
      const outcome = await tryInput(one.target, bytes, true);
      if (typeof outcome !== 'object') continue;
      findings.push(outcome);
      one.isOver = true;
    }
  }
  return findings;
}

/** Slices in turns; a target with a finding has no further turn. */
async function throwAll(
  running: readonly Running[],
  seed: number,
  seconds: number,
  context: CliContext,
): Promise<Finding[]> {
  using interrupt = listenForInterrupt();
  const findings: Finding[] = [];
  const end = Date.now() + seconds * 1000;
  let saidAt = Date.now();
  for (let from = 0; running.some(({ isOver }) => !isOver); from += SLICE) {
    for (const one of running.filter(({ isOver }) => !isOver)) {
      await setImmediate(); // a signal must be heard
      if (interrupt.signal.aborted || Date.now() >= end) return findings;
      const finding = await throwAt(
        one.target,
        one.corpus,
        { seed, from, count: SLICE, doesTimeCount: true },
        one.tally,
      );
      if (finding === undefined) continue;
      findings.push(finding);
      one.isOver = true;
    }
    if (Date.now() - saidAt < QUIET_MILLIS) continue;
    saidAt = Date.now();
    context.progress(`chrysalis: ${String(from + SLICE)} mutations a target`);
  }
  return findings;
}

function report({ target, number, bytes, what }: Finding, seed: number, folder: string, context: CliContext): void {
  if (number === undefined) {
    context.result(`${target}: an input of the corpus: ${what}`);
    return;
  }
  const file = keepInput(folder, target, 'crash', bytes);
  context.result(`${target}: seed ${String(seed)}, mutation ${String(number)}: ${what}`);
  context.result(`${target}: kept as ${CORPUS}/${target}/${file}`);
}

function table(running: readonly Running[]): string[] {
  const rows = running.map(({ target, tally }) => [
    target.name,
    String(tally.tried),
    String(tally.accepted),
    String(tally.shown),
    String(tally.refused),
    '',
  ]);
  return inColumns([['target', 'mutations', 'accepted', 'of another edition', 'refused', ''], ...rows]);
}

/** Adds what the samples and the vectors have; nothing is taken away. */
async function gather(targets: readonly Target[], context: CliContext): Promise<number> {
  const vectors = join(context.root, 'test/vectors/ydt');
  const files = readdirSync(vectors).filter((file) => file.endsWith('.coer'));
  const others = files.sort().map((file) => new Uint8Array(readFileSync(join(vectors, file))));
  const inputs = await gatherInputs(targets, others);
  for (const { target, bytes } of inputs) keepInput(join(context.root, CORPUS), target, 'sample', bytes);
  context.result(`${String(inputs.length)} inputs`);
  return ExitCode.done;
}
