/** `chrysalis check-certificates`: has the program of a PCA look through everything that it stored. */
import { InvalidArgumentError, type Command } from 'commander';
import type { CheckOptions } from '../checking/check-certificates.js';
import type { CliContext } from '../cli-context.js';

const examples = `
Examples:
  ./chrysalis check-certificates --config /etc/chrysalis/a-pca.json
  ./chrysalis check-certificates --config a-pca.json --since-period 358
  ./chrysalis check-certificates --config a-pca.json --json
                    {"kind":"tbs-differs","i":358,"id":"9f…"} for each finding, last {"good","bad","open","errors"}

Every stored certificate is parsed, hashed, verified under the PCA's own certificate and linted; its period, linkage value
and hashes must be those that stand beside it, and an intent to sign these very bytes must have been stored. Intents
without a result are counted as open: they are owed, or left by a crash until their item comes again. Certificates of the PCA
that have ended and are no longer installed are named with --former. The outcome is kept and shown by GET /status.
Exit codes: 0 all is good, 1 a finding, or something could not be read, 2 the command line was not understood.`;

function period(word: string): number {
  if (!/^\d{1,7}$/.test(word)) throw new InvalidArgumentError('a period is a whole number from 0 on.');
  return Number(word);
}

export function add(program: Command, context: CliContext): void {
  program
    .command('check-certificates')
    .summary('look through everything that a PCA stored (检查已签发的假名证书)')
    .description(
      'Looks through everything that a PCA (假名证书CA) stored, without trust in what wrote it: certificates, hashes, intents.\n' +
        'Its own program does the walking, with its own login; the PCA may run meanwhile.',
    )
    .requiredOption('--config <file>', 'the configuration of the PCA, as it is started with')
    .option('--since-period <i>', 'look at the periods from this one on', period, 0)
    .option('--former <files...>', 'certificates of this PCA that have ended', [])
    .option('--json', 'a line of JSON for each finding, and one with the counts', false)
    .addHelpText('after', examples)
    .action(async (options: CheckOptions) => {
      const { checkCertificates } = await import('../checking/check-certificates.js');
      context.finish(await checkCertificates(options, context));
    });
}
