/** `npm test` and `npm run test:kill`: jest once for each run of a plan, and one closing line over all of them. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { listenForInterrupt } from '../interrupt.js';
import { runProgram } from '../program-run.js';
import { startRedisServer } from './redis-server.js';
import { addTallies, isGreen, nothing, tallyLine, tallyRun, type JestReport, type Tally } from './tally.js';
import { jestWords, testEnvironment, testPlan, type TestRun } from './test-plan.js';

/** How long jest may linger after its report: a test that left something open would otherwise hold us for ever. */
const LINGER_MILLIS = 30_000;
const LOOK_EVERY_MILLIS = 500;

async function readReport(file: string): Promise<JestReport | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JestReport;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // jest ended before it could report
    throw new Error('reading the report of jest', { cause: error });
  }
}

/** Aborts when the report has been there for LINGER_MILLIS; `stop` ends the watch. */
function watchForLingering(report: string): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  let waitedMillis = 0;
  const timer = setInterval(() => {
    if (existsSync(report)) waitedMillis += LOOK_EVERY_MILLIS;
    if (waitedMillis >= LINGER_MILLIS) controller.abort();
  }, LOOK_EVERY_MILLIS);
  return { signal: controller.signal, stop: () => clearInterval(timer) };
}

interface RunOptions {
  readonly context: CliContext;
  readonly patterns: readonly string[];
  readonly redisUrl: string | undefined;
  readonly interrupt: AbortSignal;
}

async function runJest(run: TestRun, options: RunOptions): Promise<Tally> {
  const { context, interrupt } = options;
  const roots = run.roots.filter((folder) => existsSync(join(context.root, folder)));
  if (roots.length === 0) return nothing;
  const folder = await mkdtemp(join(tmpdir(), 'chrysalis-test-'));
  const report = join(folder, 'report.json');
  const lingering = watchForLingering(report);
  try {
    const exitCode = await runProgram({
      words: jestWords(run, roots, report, options.patterns),
      folder: context.root,
      environment: testEnvironment(context.environment, options.redisUrl),
      end: AbortSignal.any([interrupt, lingering.signal]),
    });
    if (lingering.signal.aborted) context.progress('chrysalis: a test left something open, jest did not end by itself');
    return tallyRun(await readReport(report), exitCode);
  } finally {
    lingering.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runWithRedis(run: TestRun, options: RunOptions): Promise<Tally> {
  if (!existsSync(join(options.context.root, 'test/redis'))) return nothing;
  await using server = await startRedisServer(options.context.environment);
  if (server === undefined) options.context.progress('chrysalis: no redis-server on the PATH, its tests are skipped');
  return await runJest(run, { ...options, redisUrl: server?.url });
}

/**
 * Runs the tests of a plan whose paths match one of `patterns` (all of them when there is none).
 *
 * The last line on stdout is `N passed, N failed, N skipped`. Resolves with the exit code: 0 only when something ran
 * and nothing failed.
 */
export async function runTests(
  context: CliContext,
  patterns: readonly string[],
  plan: readonly TestRun[] = testPlan,
): Promise<number> {
  using interrupt = listenForInterrupt();
  const tallies: Tally[] = [];
  for (const run of plan) {
    const options = { context, patterns, redisUrl: undefined, interrupt: interrupt.signal };
    tallies.push(await (run.needsRedis ? runWithRedis(run, options) : runJest(run, options)));
    if (interrupt.signal.aborted) {
      context.progress('chrysalis: the tests were interrupted');
      return interrupt.exitCode();
    }
  }
  const tally = addTallies(tallies);
  if (!isGreen(tally) && tally.failed === 0) context.progress('chrysalis: no test ran');
  context.result(tallyLine(tally));
  return isGreen(tally) ? ExitCode.done : ExitCode.failed;
}
