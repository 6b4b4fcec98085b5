/** `chrysalis ma explain`: why a case of a misbehaviour authority stands where it stands. */
import { InvalidArgumentError, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import type { ExplainOptions } from '../misbehaviour/explain-case.js';
import { momentFrom } from '../verify/moment-option.js';

const examples = `
Examples:
  ./chrysalis ma explain 0123456789abcdef0123456789abcdef --ma http://127.0.0.1:4100 --operator keys/operator-one
  ./chrysalis ma explain 0123456789abcdef0123456789abcdef --ma http://127.0.0.1:4100 --operator keys/operator-one --json

Says each gate and whether it was passed, every score with what it was made of, and each voice without its handle. Cases
and their ids: GET /ydt/v1/cases of the MA. The operator's key signs the question; nothing is changed by it.
The house of npm start lives by a clock of its own: name its time with --at.
Exit codes: 0 explained, 1 refused or no answer, 2 the command line was not understood.`;

function caseId(word: string): string {
  if (!/^[0-9a-f]{32}$/.test(word)) throw new InvalidArgumentError('32 hexadecimal digits, please.');
  return word;
}

function address(word: string): string {
  if (!/^https?:\/\/[^/]/.test(word)) throw new InvalidArgumentError('an address such as https://ma.example, please.');
  return word;
}

export function add(program: Command, context: CliContext): void {
  program
    .command('ma')
    .summary('ask a misbehaviour authority, as one of its operators (异常行为管理机构)')
    .command('explain')
    .summary('why a case stands where it stands')
    .description('Explains the decision of a case: evidence, voices, scores and gates.')
    .argument('<case>', 'id of the case, 32 hexadecimal digits', caseId)
    .requiredOption('--ma <url>', 'address of the MA', address)
    .requiredOption('--operator <folder>', "the operator's keys, as `openSoftwareDevice` keeps them")
    .option(
      '--at <time>',
      'the time of the question; ISO 8601, UTC unless it names a zone',
      momentFrom(() => Date.now()),
    )
    .option('--json', 'the whole explanation as one line of JSON', false)
    .addHelpText('after', examples)
    .action(async (id: string, options: Omit<ExplainOptions, 'at'> & { readonly at?: number }) => {
      const at = options.at ?? Date.now();
      const { explainCase } = await import('../misbehaviour/explain-case.js');
      context.finish(await explainCase(id, { ...options, at }, context));
    });
}
