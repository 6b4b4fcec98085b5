/** `chrysalis lint`: the requirements that stand before every signature here, applied to any file. */
import { Option, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import type { LintOptions } from '../lint/lint-files.js';

const KINDS = 'trcla root ica aaa eca pra pca la ma cra tcmf pg ec pc ac identity'.split(' ');

const examples = `
Examples:
  ./chrysalis lint root.coer pc.coer              a line for each finding: severity, rule, place, what is wrong, clause
  ./chrysalis lint pc.coer --issuer pca.coer      also whether it lies inside what its issuer may issue
  ./chrysalis lint --json bundle/*                {"file","kind","findings":[{"rule","severity","path","message","clause"}]}

An error stops a signature of every CA here; a warning and a notice are for people. docs/conformance/linter.md lists the
rules. Files hold bytes, or their hexadecimal or base64 text: certificates, chain files, CRLs, TRCL, TDCL, signed messages;
the certificates that stand in a file are looked at too, under one another. No signature is verified: see verify.
Exit codes: 0 no error, 1 an error was found, 2 a file could not be read, or the command line not understood.`;

export function add(program: Command, context: CliContext): void {
  program
    .command('lint')
    .summary('hold certificates, CRLs and lists against the requirements (证书合规检查)')
    .description(
      'Holds certificates (证书), CRLs (证书撤销列表), trust lists (TRCL, TDCL) and signed messages against the requirements of\n' +
        'YD/T 3957, IEEE 1609.2 and GB/T 45315, one by one: the linter that stands before every signature here.',
    )
    .argument('<files...>', 'files to lint')
    .addOption(
      new Option('--profile <name>', 'the standard they follow, instead of what they say').choices(['ccsa', 'ieee']),
    )
    .addOption(new Option('--kind <kind>', 'what the certificates are, instead of what they say').choices(KINDS))
    .option('--issuer <files...>', 'certificates that may have issued the others')
    .option('--json', 'one line of JSON a file')
    .addHelpText('after', examples)
    .action(async (files: string[], options: LintOptions) => {
      // Imported here: the other commands must not wait for the types to load.
      const { lintFiles } = await import('../lint/lint-files.js');
      context.finish(lintFiles(files, options, context));
    });
}
