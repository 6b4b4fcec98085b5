/** `chrysalis bench crypto`, behind `npm run bench:crypto`; and the way to the other benches. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { benchCrypto } from '../measuring/crypto-bench.js';
import { CRYPTO_TARGETS, cryptoJson, cryptoTable, judgeTargets, targetTable } from '../measuring/crypto-report.js';
import { benchPool } from '../measuring/pool-bench.js';
import { cpuModel, headline, withBenchOptions, type BenchOptions } from '../measuring/options.js';
import { prepareToMeasure } from '../measuring/prepare.js';
import { addCapacityPage } from '../measuring/capacity-page.js';
import { addEnrolmentBench } from '../measuring/enrolment-bench.js';
import { addCrlBench } from '../measuring/crl-bench.js';
import { addIssuanceBench } from '../measuring/issuance-bench.js';
import { addMisbehaviourBench } from '../misbehaviour/misbehaviour-bench.js';
import { addRoadBench } from '../measuring/road-bench.js';
import { addWireBench } from '../measuring/wire-bench.js';

async function bench(context: CliContext, options: BenchOptions): Promise<void> {
  const { json, rounds, seconds, core, strict } = options;
  const prepared = prepareToMeasure(context, core);
  if (prepared === undefined) return;
  const figures = benchCrypto({ rounds, seconds, progress: (line) => context.progress(line) });
  prepared.release();
  context.progress('the pool of workers, on any core');
  figures.push(await benchPool({ rounds, seconds }));

  const judged = judgeTargets(CRYPTO_TARGETS, figures);
  const cpu = cpuModel();
  context.result(headline(cpu, options));
  for (const line of [...cryptoTable(figures), '', ...targetTable(judged)]) context.result(line);
  if (json !== undefined) writeFileSync(json, cryptoJson(cpu, process.version, figures));
  context.finish(strict === true && judged.some(({ isMet }) => !isMet) ? ExitCode.failed : ExitCode.done);
}

export function add(program: Command, context: CliContext): void {
  const command = program.command('bench').summary('measure how fast something is');
  addWireBench(command, context);
  addCrlBench(command, context);
  addIssuanceBench(command, context);
  addEnrolmentBench(command, context);
  addCapacityPage(command, context);
  addMisbehaviourBench(command, context);
  addRoadBench(command, context);
  withBenchOptions(
    command
      .command('crypto')
      .summary('SM2, SM3, SM4 and what is made of them')
      .description(
        'Measures the engine, noble, node:crypto and `openssl speed` in one run on one core, in\n' +
          'turns, and says how many times as fast ours is. Figures count the processor time of\n' +
          'this process, as openssl does, so that other programs on the core matter less. Trust\n' +
          'the ratios: figures are of this machine.\n' +
          'The pool of workers comes last, on all cores and by the time of the wall: it wants two\n' +
          'cores to itself. For some ratios there is a target; it is said whether it is met.\n' +
          'Takes about a minute and a half.',
      ),
    5,
  ).action((options: BenchOptions) => bench(context, options));
}
