/** `chrysalis monitor`: follows the transparency log, and finds what a log must not do. */
import { InvalidArgumentError, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import type { MonitorOptions } from '../monitoring/run-monitor.js';
import { momentFrom } from '../verify/moment-option.js';

const examples = `
Examples:
  ./chrysalis monitor --log https://tcmf.example --state log.json --certificate tcmf.coer
  ./chrysalis monitor --log https://tcmf.example --state log.json --name pca.a.example
  ./chrysalis monitor --log https://tcmf.example --state log.json --head shown-to-a-friend.coer
  ./chrysalis monitor --log https://tcmf.example --state log.json --json
                    {"kind":"log-forked","known":"01…","shown":"01…"} for each finding, last
                    {"kind":"look","size","issued","read","logged","waiting","findings"}

Each look checks the signature and the age of the head, that it continues the head of the last look and all of --head, that
the new entries are those of the tree, and that TRCL, TDCLs and CRLs as they are served stand in the log. With --all every
entry is read again. The state is replaced only when the log was found in order; a finding names both signed heads, which
together prove it. Let two monitors at different places exchange heads: a log may show each its own tree.
Without --certificate the first look believes the certificate that the log shows, and the state keeps it. When the log's
certificate is renewed, name the new one once. The house of npm start lives by a clock of its own: name its time with --at.
Exit codes: 0 all is in order, 1 a finding, or no answer, 2 a file could not be read, or the command line not understood.`;

function minutes(word: string): number {
  if (!/^\d{1,7}$/.test(word)) throw new InvalidArgumentError('a whole number of minutes, please.');
  return Number(word);
}

function address(word: string): string {
  if (!/^https?:\/\/[^/]/.test(word))
    throw new InvalidArgumentError('an address such as https://tcmf.example, please.');
  return word;
}

export function add(program: Command, context: CliContext): void {
  program
    .command('monitor')
    .summary('watch the log of certificates, lists and CRLs (透明日志监测)')
    .description(
      'Watches the transparency log (透明日志) of authority certificates, trust lists and CRLs: one look, and the exit code\n' +
        'says whether all is in order. To be run again and again, with the same state.',
    )
    .requiredOption('--log <url>', 'address of the TCMF that keeps the log', address)
    .requiredOption('--state <file>', 'what is remembered from look to look; made at the first')
    .option('--certificate <files...>', 'certificates under which the log signs', [])
    .option('--head <files...>', 'heads that others were shown, as files of GET /ydt/v1/log/head', [])
    .option('--name <hostnames...>', 'tell the new entries that concern these names', [])
    .option('--max-age <minutes>', 'an older head is a finding', minutes, 24 * 60)
    .option('--grace <minutes>', 'how long a list may be served before it is in the log', minutes, 60)
    .option('--all', 'read every entry again, and not only new ones', false)
    .option('--no-lists', 'do not look whether the lists that are served are in the log')
    .option(
      '--at <time>',
      'judge ages as of then; ISO 8601, UTC unless it names a zone',
      momentFrom(() => Date.now()),
    )
    .option('--json', 'a line of JSON for each finding and named entry, and one for the look', false)
    .addHelpText('after', examples)
    .action(async (options: MonitorOptions) => {
      const { runMonitor } = await import('../monitoring/run-monitor.js');
      context.finish(await runMonitor(options, context));
    });
}
