/** `chrysalis start`: opens the house, lets the fleet live, reports, and stays up until it is told to end. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDirectory, type DataDirectory } from '#persistence/data-directory.js';
import { OperatorError } from '#persistence/operator-error.js';
import { House } from './house/house.js';
import { liveFirstWeeks } from './life/first-life.js';
import { liveNextWeek } from './life/next-week.js';
import { openProgress, type Progress } from './progress.js';
import { laterShortcomings, shortcomings, summary, type Report } from './report.js';

export interface StartOptions {
  /** Ends after the summary. */
  readonly once: boolean;
  /** Where the JSON report goes. */
  readonly report?: string;
  readonly vehicles: number;
  readonly weeks: number;
  /** One linkage authority a domain, in place of two; of a new house. */
  readonly oneLa?: boolean;
  /** Seeds the road and the scenario, never a key. */
  readonly seed?: number;
  readonly data?: string;
}

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export const CERTIFICATES_A_WEEK = 20;

/** Resolves with the exit code; what went wrong was said in one sentence. */
export async function start(options: StartOptions): Promise<number> {
  const progress = openProgress(process.stderr);
  const complaint = usageComplaint(options);
  if (complaint !== undefined) {
    progress.say(complaint);
    return EXIT.usage;
  }
  try {
    return await startIn(await chooseDirectory(options), options, progress);
  } catch (error) {
    progress.say(sentenceOf(error));
    return EXIT.failed;
  }
}

function usageComplaint(options: StartOptions): string | undefined {
  if (options.vehicles < 6)
    return 'Six cars are the fewest: each brand needs three, so that a lie has enough witnesses.';
  if (options.vehicles > 2000)
    return 'Two thousand cars are the most: a batch mixes all cars of a brand, and holds a thousand items.';
  if (options.weeks < 2)
    return 'Two weeks are the fewest: the lie comes in the second, and the first must stay unlinkable.';
  if (options.weeks > 8) return 'Eight weeks are the most that are asked for at once.';
  return undefined;
}

interface Chosen {
  readonly path: string;
  /** Made for this run, and removed after it. */
  readonly isTemporary: boolean;
}

async function chooseDirectory(options: StartOptions): Promise<Chosen> {
  if (options.data !== undefined) return { path: options.data, isTemporary: false };
  // As root the database runs under another account, which must reach its folder: not every temporary folder allows that.
  const isRoot = process.getuid?.() === 0;
  if (options.once) return { path: await mkdtemp(join(tmpdir(), 'chrysalis-')), isTemporary: true };
  return { path: isRoot ? '/var/lib/chrysalis' : join(homedir(), '.local', 'share', 'chrysalis'), isTemporary: false };
}

async function startIn(chosen: Chosen, options: StartOptions, progress: Progress): Promise<number> {
  const ending = listenForEnd();
  const data = await openDataDirectory(chosen.path);
  try {
    return await liveIn(data, options, progress, ending);
  } finally {
    ending.stopListening();
    await data.close();
    if (chosen.isTemporary) await rm(chosen.path, { recursive: true, force: true });
  }
}

async function liveIn(data: DataDirectory, options: StartOptions, progress: Progress, ending: Ending): Promise<number> {
  const house = await progress.step(data.isNew ? 'the database starts' : 'the house is brought up as it was left', () =>
    House.open(data, {
      vehicles: options.vehicles,
      anyPorts: options.once,
      linkageAuthorities: options.oneLa ? 1 : 2,
      databaseUrl: process.env['DATABASE_URL'],
      redisUrl: process.env['REDIS_URL'],
      ownUrl: (instance, kind) => process.env[`${instance.toUpperCase().replaceAll('-', '_')}_${kind}_URL`],
    }),
  );
  try {
    const seed = options.seed ?? 1;
    const isFirst = !house.isComplete;
    const report = isFirst
      ? await liveFirstWeeks(house, { weeks: options.weeks, seed, progress, ended: ending.signal })
      : await liveNextWeek(house, { seed, progress, ended: ending.signal });
    const exitCode = await conclude(report, options, progress, isFirst);
    if (options.once) return exitCode;
    showAddresses(house, progress);
    await ending.asked;
    return exitCode;
  } catch (error) {
    if (ending.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    await progress.step('the authorities close, then the database', () => house.close());
  }
}

async function conclude(report: Report, options: StartOptions, progress: Progress, isFirst: boolean): Promise<number> {
  if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
  for (const line of ['', ...summary(report), '']) progress.say(line);
  const complaints = isFirst ? shortcomings(report, CERTIFICATES_A_WEEK, options.weeks) : laterShortcomings(report);
  for (const complaint of complaints) progress.say(`This did not go as it must: ${complaint}.`);
  return complaints.length === 0 ? EXIT.done : EXIT.failed;
}

function showAddresses(house: House, progress: Progress): void {
  progress.say('Everything stays up; Ctrl-C ends it. Each address has /health and /api (OpenAPI):');
  for (const { instance, url, chinese } of house.placed) progress.say(`  ${instance.padEnd(6)} ${url}  ${chinese}`);
  progress.say(`  data   ${house.data.path}`);
}

interface Ending {
  readonly signal: AbortSignal;
  /** Resolves when the end was asked for. */
  readonly asked: Promise<void>;
  stopListening(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function listenForEnd(): Ending {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  for (const signal of SIGNALS) process.on(signal, abort);
  const asked = new Promise<void>((resolve) =>
    controller.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  return {
    signal: controller.signal,
    asked,
    stopListening: () => {
      for (const signal of SIGNALS) process.removeListener(signal, abort);
    },
  };
}

/** One sentence for people; what our own code did not expect keeps its cause. */
function sentenceOf(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${sentenceOf(error.cause)}` : error.message;
}
