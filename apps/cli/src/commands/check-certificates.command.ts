/** `chrysalis check-certificates`: has the program of a PCA, an ECA or an ACA look through everything that it stored. */
import { InvalidArgumentError, type Command } from 'commander';
import type { CheckOptions } from '../checking/check-certificates.js';
import type { CliContext } from '../cli-context.js';

const examples = `
Examples:
  ./chrysalis check-certificates --config /etc/chrysalis/a-pca.json
  ./chrysalis check-certificates --config a-pca.json --since-period 358
  ./chrysalis check-certificates --config a-eca.json
  ./chrysalis check-certificates --config a-pca.json --json
                    {"kind":"tbs-differs","i":358,"id":"9f…"} for each finding, last {"good","bad","open","errors"}

Every stored certificate is parsed, hashed, verified under the role's own certificate and linted; its period, linkage value,
key, validity and hashes must be those that stand beside it, and an intent to sign these very bytes must have been stored.
Intents without a result are counted as open: they are owed, or left by a crash until their item comes again. Certificates of
the role that have ended and are no longer installed are named with --former. The outcome is kept and shown by GET /status;
after checkDays (8) without a complete run the log says alarm.check-overdue, and GET /health too.
Exit codes: 0 all is good, 1 a finding, or something could not be read, 2 the command line was not understood.`;

function period(word: string): number {
  if (!/^\d{1,7}$/.test(word)) throw new InvalidArgumentError('a period is a whole number from 0 on.');
  return Number(word);
}

export function add(program: Command, context: CliContext): void {
  program
    .command('check-certificates')
    .summary('look through everything that a PCA, an ECA or an ACA stored (检查已签发的证书)')
    .description(
      'Looks through everything that a PCA (假名证书CA), an ECA (注册CA) or an ACA (应用证书CA) stored, without trust in what wrote\n' +
        'it: certificates, hashes, intents. Its own program does the walking, with its own login; the role may run meanwhile.',
    )
    .requiredOption('--config <file>', 'the configuration of the PCA, ECA or ACA, as it is started with')
    .option('--since-period <i>', 'of a PCA: look at the periods from this one on', period, 0)
    .option('--former <files...>', 'certificates of this role that have ended', [])
    .option('--json', 'a line of JSON for each finding, and one with the counts', false)
    .addHelpText('after', examples)
    .action(async (options: CheckOptions) => {
      const { checkCertificates } = await import('../checking/check-certificates.js');
      context.finish(await checkCertificates(options, context));
    });
}
