/** `chrysalis sample`: valid certificates, messages and lists of any kind, for tests elsewhere. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import type { SampleOptions } from '../sample/write-sample.js';

/** Before the first, the calendar of YD/T 3957 has no period for what is older than its pseudonyms; Time32 ends behind the last. */
const FIRST_MOMENT = Date.UTC(2020, 2, 1);
const LAST_MOMENT = Date.UTC(2100, 0, 1);

function momentOf(text: string): number {
  const moment = Date.parse(text);
  if (moment >= FIRST_MOMENT && moment <= LAST_MOMENT) return moment;
  throw new InvalidArgumentError('a time of 2020-03-01 to 2100-01-01 is expected, such as 2026-11-21T08:00:00Z');
}

function seedOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number of at most 15 digits is expected');
}

const examples = `
Examples:
  ./chrysalis sample list                          the kinds, one line each
  ./chrysalis sample pc                            a pseudonym certificate, as hexadecimal digits
  ./chrysalis sample spdu --out spdu.coer          a signed BSM, as bytes in a file
  ./chrysalis sample crl-linked --seed 7 --out d/  with the certificates of all who took part, and their private keys

Without --out there are hexadecimal digits on stdout, on a terminal and elsewhere; \`inspect\` reads them as they are.
Files hold the bytes. Algorithms are SM2, SM3 and SM4, in the IEEE profile too, but for the kinds that
end in -p256.
One seed and time give one world: certificates, messages and lists of the same seed, time and profile belong together.
With --seed and without --at the time is 2026-01-01T00:00:00Z, without both it is now.`;

export function add(program: Command, context: CliContext): void {
  program
    .command('sample')
    .summary('make valid certificates, messages and lists for tests (生成测试样例)')
    .description(
      'Makes one sample, with everybody who must stand behind it: root, CAs, device. Its keys are for tests alone.',
    )
    .argument('<kind>', 'what to make; "list" names the kinds')
    .addOption(new Option('--profile <name>', 'the standard to follow').choices(['ccsa', 'ieee']).default('ccsa'))
    .option('--out <place>', 'a file; or, ending with a slash, a folder for certificates and private keys, too')
    .option('--json', 'one line of JSON: {"kind","type","profile","at","hex","chain":[{"name","hashedId8","hex"}]}')
    .option('--seed <number>', 'the same bytes again for the same number', seedOf)
    .option('--at <time>', 'the moment of the sample', momentOf)
    .addHelpText('after', examples)
    .action(async (kind: string, options: SampleOptions) => {
      // Imported here: the other commands must not wait for the types to load.
      const { kindLines, writeSample } = await import('../sample/write-sample.js');
      if (kind !== 'list') return context.finish(await writeSample(kind, options, context));
      for (const line of kindLines()) context.result(line);
      context.finish(ExitCode.done);
    });
}
