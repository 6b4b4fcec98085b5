/** `chrysalis bench wire`, behind `npm run bench:wire`: reading and writing, each figure the median of its rounds. */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { numberFrom } from './options.js';
import { prepareToMeasure } from './prepare.js';
import { callsPerSecond, processorTime, warmUp } from './rate.js';
import { median, spread } from './statistics.js';
import type { WireOperation } from './wire-operations.js';
import { missedTargets, wireJson, wireTable, type WireFigure } from './wire-report.js';

interface Options {
  readonly json?: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly core?: number;
  readonly strict?: true;
}

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

async function bench(context: CliContext, { json, rounds, seconds, core, strict }: Options): Promise<void> {
  const prepared = prepareToMeasure(context, core);
  if (prepared === undefined) return;
  // Imported here: the other commands must not wait for the types to load.
  const { wireOperations } = await import('./wire-operations.js');
  const figures = measure(await wireOperations(), rounds, seconds);
  prepared.release();
  const cpu = cpus()[0]?.model ?? 'unknown';
  context.result(
    `${cpu}, Node ${process.version}; medians of ${String(rounds)} rounds, slices of ${String(seconds)} s`,
  );
  for (const line of wireTable(figures)) context.result(line);
  if (json !== undefined) writeFileSync(json, wireJson(cpu, process.version, figures));
  context.finish(strict === true && missedTargets(figures).length > 0 ? ExitCode.failed : ExitCode.done);
}

export function addWireBench(command: Command, context: CliContext): void {
  command
    .command('wire')
    .summary('certificates, messages and lists, read and written')
    .description(
      'Measures how many certificates, messages and lists one core reads strictly in a second,\n' +
        'and writes from their values alone. Figures count the processor time of this process.\n' +
        'For some there is a target; it is said whether it is met. Takes about half a minute.',
    )
    .option('--json <file>', 'write the medians to a file, too')
    .option('--rounds <count>', 'a figure is the median of so many rounds', numberFrom(1, true), 7)
    .option('--seconds <seconds>', 'of one slice of a round', numberFrom(0.001, false), 0.3)
    .option('--core <number>', 'the core to stay on, the last one by default', numberFrom(0, true))
    .option('--strict', 'end with 1 when a target is not met')
    .action((options: Options) => bench(context, options));
}
