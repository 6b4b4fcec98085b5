/** `chrysalis bench enrolment`, behind `npm run bench:enrolment`: ECA and AAA in their separate shape. */
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { listenForInterrupt } from '../interrupt.js';
import { numberFrom } from './options.js';

interface Options {
  readonly devices: number;
  readonly atOnce: number;
  readonly json?: string;
}

async function bench(context: CliContext, options: Options): Promise<void> {
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  // Imported here: the other commands must not wait for Nest and TypeORM to load.
  const { benchEnrolment } = await import('#apps/all-in-one/src/bench/enrolment.js');
  try {
    const isGood = await benchEnrolment({ ...options, signal }, context);
    context.finish(isGood ? ExitCode.done : ExitCode.failed);
  } catch (error) {
    if (!signal.aborted) throw error;
    context.finish(interrupt.exitCode());
  }
}

export function addEnrolmentBench(command: Command, context: CliContext): void {
  command
    .command('enrolment')
    .summary('enrolment certificates, from the request to the answer')
    .description(
      'Runs ECA and AAA as processes of their own on one PostgreSQL server, with commits that last,\n' +
        'and has devices enrol by serial. Registration and requests are made beforehand and not\n' +
        'counted; the answers are judged afterwards, by the devices. Ends with 1 when one is refused,\n' +
        'comes twice, or is not the active one at the ECA.\n' +
        'Processor time is that of /proc, so that other programs on the machine matter less.',
    )
    .option('--devices <count>', 'how many enrol', numberFrom(1, true), 2000)
    .option('--at-once <count>', 'requests on their way at one time', numberFrom(1, true), 16)
    .option('--json <file>', 'write the figures to a file, too')
    .action((options: Options) => bench(context, options));
}
