/** `chrysalis start`, behind `npm start`: every authority on this machine, and a fleet that lives through its life. */
import { InvalidArgumentError, type Command } from 'commander';
import type { StartOptions } from '#apps/all-in-one/src/start.js';
import type { CliContext } from '../cli-context.js';

/** Reads a whole number of at least `least`; anything else is a usage error. */
function wholeNumber(least: number): (word: string) => number {
  return (word) => {
    const value = Number(word);
    if (!/^\d+$/.test(word) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`a whole number of at least ${least} is needed.`);
    }
    return value;
  };
}

export function add(program: Command, context: CliContext): void {
  program
    .command('start')
    .summary('bring up every authority and let a fleet live (启动全部机构并模拟车队)')
    .description(
      'Holds the ceremony (root CA 根CA, TRCLA), brings up every other authority of two vehicle brands on this machine,\n' +
        'each with its own database and keys, and lets a fleet enrol (注册), get pseudonym certificates (假名证书), drive, and\n' +
        'lose a lying car to revocation (撤销). Shows its progress, then a summary; stays up unless --once.',
    )
    .option('--once', 'end after the summary, in a fresh data directory that is removed (unless --data)', false)
    .option('--report <file>', 'write what happened as JSON')
    .option('--vehicles <n>', 'how many cars, both brands together', wholeNumber(1), 20)
    .option('--weeks <w>', 'how many weeks of certificates', wholeNumber(1), 3)
    .option('--one-la', 'one linkage authority (链接值机构) a domain, as YD/T 3957 has it, in place of two', false)
    .option('--seed <s>', 'repeat the same road and scenario (never the same keys)', wholeNumber(0))
    .option('--data <dir>', 'where databases and keys live and stay')
    .action(async (options: StartOptions) => {
      // Imported here: the other commands must not wait for Nest and TypeORM to load.
      const { start } = await import('#apps/all-in-one/src/start.js');
      context.finish(await start(options));
    });
}
