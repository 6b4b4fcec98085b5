/** `chrysalis onboard`: how a company joins. */
import { InvalidArgumentError, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import type { ListFiles, Onboarding, Where } from '../onboarding/run-onboard.js';

const examples = `
A company:
  ./chrysalis onboard account --account brand-a                          makes its key, once, and tells the public one
  ./chrysalis onboard apply --tcmf URL --account brand-a --application brand-a.json --request ica.request.coer
  ./chrysalis onboard show ID --tcmf URL --account brand-a               … withdraw ID
Two operators, and then one of them:
  ./chrysalis onboard review ID --tcmf URL --account operator-one --approve
  ./chrysalis onboard review ID --tcmf URL --account operator-two --refuse "not registered here"
  ./chrysalis onboard export ID --tcmf URL --account operator-one --out brand-a.reviewed.json
  ./chrysalis onboard import ID --tcmf URL --account operator-one --certificate ica.coer --tdcl tdcl.coer
  ./chrysalis onboard suspend ID --tcmf URL --account operator-one --reason "audit is overdue" --tdcl without.coer
brand-a.json: {"kind":"ica","organisation":"Brand A","hostname":"ica.a.example","permissions":[111],"regions":[156],
               "contacts":[{"name":"…","email":"…"}]}; of a company with a root of its own kind is "root", and --request its
               self-signed certificate.
An account is a folder with a key; that of an operator is one that the TCMF's configuration names. The ceremony that lies between
export and import is held offline: docs/operations/ceremony.md.
Exit codes: 0 done, 1 refused, or no answer, 2 a file or account is not there, or the command line was not understood.`;

function address(word: string): string {
  if (!/^https?:\/\/[^/]/.test(word))
    throw new InvalidArgumentError('an address such as https://tcmf.example, please.');
  return word;
}

function identifier(word: string): string {
  if (!/^[0-9a-f]{32}$/.test(word)) throw new InvalidArgumentError('the number of an application has 32 hex digits.');
  return word;
}

export function add(program: Command, context: CliContext): void {
  const onboard = program
    .command('onboard')
    .summary('how a company joins: apply, review, export, import (接入管理)')
    .description('Speaks to the TCMF (可信证书列表管理机构) for a company that wants to join, or for its operators.')
    .addHelpText('after', examples);

  const run = async (what: Onboarding, where: Partial<Where>): Promise<void> => {
    const { tcmf = '', account = '', json = false } = where;
    // Imported here: the other commands must not wait for the types to load.
    const { runOnboard } = await import('../onboarding/run-onboard.js');
    context.finish(await runOnboard(what, { tcmf, account, json }, context));
  };
  const act = (name: string, summary: string): Command =>
    onboard
      .command(name)
      .summary(summary)
      .description(`${summary}.`)
      .requiredOption('--account <folder>', 'the key that signs')
      .option('--json', 'one line of JSON', false);
  const at = (command: Command): Command => command.requiredOption('--tcmf <url>', 'address of the TCMF', address);
  const withLists = (command: Command): Command =>
    command
      .option('--trcl <file>', 'a TRCL that came with it')
      .option('--tdcl <file>', 'a TDCL that came with it')
      .option('--ca-crl <file>', 'a CA CRL that came with it');

  act('account', 'make a key, or tell the public one').action((o: Where) => run({ act: 'account' }, o));
  at(act('apply', 'ask to join'))
    .requiredOption('--application <file>', 'what is asked for, JSON')
    .requiredOption('--request <file>', 'the certificate request of an ICA, or the certificate of a root')
    .action((o: Where & { application: string; request: string }) =>
      run({ act: 'apply', application: o.application, request: o.request }, o),
    );
  at(act('list', 'the applications of this account; to an operator all')).action((o: Where) => run({ act: 'list' }, o));
  at(act('show', 'where an application stands, and what was done'))
    .argument('<id>', 'the application', identifier)
    .action((id: string, o: Where) => run({ act: 'show', id }, o));
  at(act('review', 'approve or refuse an application'))
    .argument('<id>', 'the application', identifier)
    .option('--approve', 'signs all that is shown')
    .option('--refuse <reason>', 'says no')
    .action((id: string, o: Where & { approve?: true; refuse?: string }) => {
      if ((o.approve === true) === (o.refuse !== undefined)) {
        context.progress('chrysalis: either --approve or --refuse REASON');
        return context.finish(ExitCode.usage);
      }
      return run(o.refuse === undefined ? { act: 'approve', id } : { act: 'refuse', id, reason: o.refuse }, o);
    });
  at(act('withdraw', 'take an application back'))
    .argument('<id>', 'the application', identifier)
    .action((id: string, o: Where) => run({ act: 'withdraw', id }, o));
  at(act('export', 'the file for the ceremony'))
    .argument('<id>', 'the application', identifier)
    .requiredOption('--out <file>', 'where it goes')
    .action((id: string, o: Where & { out: string }) => run({ act: 'export', id, out: o.out }, o));
  withLists(at(act('import', 'what came back from the ceremony')))
    .argument('<id>', 'the application', identifier)
    .requiredOption('--certificate <file>', 'the certificate that was signed')
    .action((id: string, o: Where & ListFiles & { certificate: string }) =>
      run({ act: 'import', id, certificate: o.certificate, lists: listsOf(o) }, o),
    );
  const relisted = {
    suspend: 'the lists no longer name it',
    resume: 'they name it again',
    remove: 'it is gone for good',
  };
  for (const word of ['suspend', 'resume', 'remove'] as const)
    withLists(at(act(word, relisted[word])))
      .argument('<id>', 'the application', identifier)
      .requiredOption('--reason <text>', 'why')
      .action((id: string, o: Where & ListFiles & { reason: string }) =>
        run({ act: word, id, reason: o.reason, lists: listsOf(o) }, o),
      );
}

const listsOf = ({ trcl, tdcl, caCrl }: ListFiles): ListFiles => ({
  ...(trcl !== undefined && { trcl }),
  ...(tdcl !== undefined && { tdcl }),
  ...(caCrl !== undefined && { caCrl }),
});
