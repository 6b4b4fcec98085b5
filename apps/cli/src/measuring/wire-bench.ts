/** `chrysalis bench wire`, behind `npm run bench:wire`: reading and writing, each figure the median of its rounds. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { cpuModel, headline, withBenchOptions, type BenchOptions } from './options.js';
import { prepareToMeasure } from './prepare.js';
import { callsPerSecond, processorTime, warmUp } from './rate.js';
import { median, spread } from './statistics.js';
import type { WireOperation } from './wire-operations.js';
import { missedTargets, wireJson, wireTable, type WireFigure } from './wire-report.js';

/** Warms all up, and then goes round, so that what slows the machine for a while slows one round of each. */
function measure(operations: readonly WireOperation[], rounds: number, seconds: number): WireFigure[] {
  for (const { call } of operations) warmUp(call, seconds / 3, processorTime);
  const rates = operations.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [n, { call }] of operations.entries()) rates[n]?.push(callsPerSecond(call, seconds, processorTime));
  }
  return operations.map(({ op, counts }, n) => {
    const ofOperation = rates[n] as number[];
    return { op, counts, opsPerSecond: median(ofOperation), spread: spread(ofOperation) };
  });
}

async function bench(context: CliContext, options: BenchOptions): Promise<void> {
  const { json, rounds, seconds, core, strict } = options;
  const prepared = prepareToMeasure(context, core);
  if (prepared === undefined) return;
  // Imported here: the other commands must not wait for the types to load.
  const { wireOperations } = await import('./wire-operations.js');
  const figures = measure(await wireOperations(), rounds, seconds);
  prepared.release();
  const cpu = cpuModel();
  context.result(headline(cpu, options));
  for (const line of wireTable(figures)) context.result(line);
  if (json !== undefined) writeFileSync(json, wireJson(cpu, process.version, figures));
  context.finish(strict === true && missedTargets(figures).length > 0 ? ExitCode.failed : ExitCode.done);
}

export function addWireBench(command: Command, context: CliContext): void {
  withBenchOptions(
    command
      .command('wire')
      .summary('certificates, messages and lists, read and written')
      .description(
        'Measures how many certificates, messages and lists one core reads strictly in a second,\n' +
          'and writes from their values alone. Figures count the processor time of this process.\n' +
          'For some there is a target; it is said whether it is met. Takes about half a minute.',
      ),
    7,
  ).action((options: BenchOptions) => bench(context, options));
}
