/** `chrysalis matrix`: brand A meets brand B, all of them. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { numberFrom } from '../measuring/options.js';

const examples = `
Examples:
  ./chrysalis matrix                                    17 tenants: 2 × 289 pairs, some seconds
  ./chrysalis matrix --tenants 5 --own-roots 2 --remove 5
  ./chrysalis matrix --json matrix.json --report matrix.html

What is real: the ceremonies of root CAs and TRCLA, requests, certificates, lists, what a device fetches, keeps and believes,
and its judgement of each message. What is not: authorities issue in this process, without their databases and lines; lists
reach the cars without HTTP. ./chrysalis start shows those.
The removed tenant loses its ICA (CA CRL and TDCL) or, with a root of its own, its place on the TRCL. Its car hears the others
still, as its lists allow.
Exit codes: 0 every pair agrees with the lists, 1 one does not, 2 the command line was not understood.`;

interface Options {
  readonly tenants: number;
  readonly ownRoots?: number;
  readonly remove?: number;
  readonly json?: string;
  readonly report?: string;
}

const count = numberFrom(1, true);

export function add(program: Command, context: CliContext): void {
  program
    .command('matrix')
    .summary('do the cars of all companies believe each other (互联互通)')
    .description(
      'Founds companies (tenants) under one TRCLA (可信根证书列表管理机构), lets the car of each hear the car of each, removes one\n' +
        'company, and lets them hear again. The tables show who believed whom, and whether that is what the lists say.',
    )
    .option('--tenants <n>', 'how many companies, 2 … 99', count, 17)
    .option('--own-roots <n>', 'how many of them have a root CA of their own; an eighth of them', numberFrom(0, true))
    .option('--remove <number>', 'which one is removed; one in the middle', count)
    .option('--json <file>', 'all verdicts and times')
    .option('--report <file>', 'a page with the tables')
    .addHelpText('after', examples)
    .action((options: Options) => matrix(options, context));
}

async function matrix(options: Options, context: CliContext): Promise<void> {
  const { tenants, json, report } = options;
  const { ownRoots = Math.max(1, Math.floor(tenants / 8)), remove = Math.ceil(tenants / 2) } = options;
  if (tenants < 2 || tenants > 99 || ownRoots >= tenants || remove > tenants) {
    context.progress('chrysalis: 2 … 99 tenants, fewer of them with roots of their own, and one of them to remove');
    return context.finish(ExitCode.usage);
  }
  // Imported here: the other commands must not wait for the types to load.
  const { runMatrix } = await import('../matrix/run-matrix.js');
  const { matrixLines, matrixPage } = await import('../matrix/matrix-text.js');
  const result = await runMatrix({ tenants, ownRoots, remove }, (line) => context.progress(line));
  for (const line of matrixLines(result)) context.result(line);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  if (report !== undefined) writeFileSync(report, matrixPage(result));
  context.finish(result.agreeing === result.expected ? ExitCode.done : ExitCode.failed);
}
