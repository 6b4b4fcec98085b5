/** `chrysalis bench issuance`, behind `npm run bench:issuance`: the whole pipeline in its separate shape. */
import { InvalidArgumentError, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { listenForInterrupt } from '../interrupt.js';
import { numberFrom } from './options.js';

const MOST_WEEKS = 28;

interface Options {
  readonly vehicles: number;
  readonly weeks: number;
  readonly json?: string;
  readonly plant?: 'lost' | 'duplicate';
  readonly profile?: string;
  readonly praProcesses: 1 | 2;
}

function oneOf<T extends string>(...words: readonly T[]): (word: string) => T {
  return (word) => {
    const found = words.find((one) => one === word);
    if (found === undefined) throw new InvalidArgumentError(`one of ${words.join(', ')} is expected`);
    return found;
  };
}

/** No bundle may be fetched earlier than the PRA's settings allow at most. */
function weeks(word: string): number {
  const count = numberFrom(1, true)(word);
  if (count > MOST_WEEKS) throw new InvalidArgumentError(`at most ${String(MOST_WEEKS)} weeks are possible`);
  return count;
}

async function bench(context: CliContext, options: Options): Promise<void> {
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  // Imported here: the other commands must not wait for Nest and TypeORM to load.
  const { benchIssuance } = await import('#apps/all-in-one/src/bench/issuance.js');
  try {
    const isGood = await benchIssuance({ ...options, redisUrl: context.environment['REDIS_URL'], signal }, context);
    context.finish(isGood ? ExitCode.done : ExitCode.failed);
  } catch (error) {
    if (!signal.aborted) throw error;
    context.finish(interrupt.exitCode());
  }
}

export function addIssuanceBench(command: Command, context: CliContext): void {
  command
    .command('issuance')
    .summary('pseudonym certificates, from the request to the bundle')
    .description(
      'Runs PRA, PCA and both LAs as processes of their own on one PostgreSQL server, with commits\n' +
        'that last, sends the requests of a fleet (made beforehand, and not counted), and measures\n' +
        'until the last bundle is there. Then a process of its own fetches and opens every bundle and\n' +
        'compares it with the requests. Ends with 1 when one is lost or there twice.\n' +
        'Processor time is that of /proc, so that other programs on the machine matter less.\n' +
        'Queues stand in PostgreSQL, or in Redis where REDIS_URL names an administrator’s.',
    )
    .option('--vehicles <count>', 'how many ask', numberFrom(10, true), 400)
    .option('--weeks <count>', 'how many weeks each asks for, 20 certificates a week', weeks, 8)
    .option('--json <file>', 'write the figures to a file, too')
    .option(
      '--plant <wrong>',
      'lost or duplicate: do it to the stored answers; the run must then fail',
      oneOf('lost', 'duplicate'),
    )
    .option('--profile <folder>', 'write profiles of the processor, a folder for each process (.cpuprofile)')
    .option(
      '--pra-processes <count>',
      '1: door and worker of the PRA in one process',
      (word) => Number(oneOf('1', '2')(word)),
      2,
    )
    .action((options: Options) => bench(context, options));
}
