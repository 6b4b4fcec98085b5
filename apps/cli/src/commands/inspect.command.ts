/** `chrysalis inspect`: explains any file of V2X security, certificates, messages and lists. */
import { Option, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import type { InspectOptions } from '../inspect/inspect-files.js';

const examples = `
Examples:
  ./chrysalis inspect root.coer
      whose certificate it is, what it may do, and each field beside its bytes
  ./chrysalis inspect --json bundle/* > bundle.jsonl
      a line a file: {"file","type","profile","bytes","hashedId8","value"}, and
      "error" for one that is not decoded

A file holds bytes, or their hexadecimal or base64 text. It must be canonical;
only what another edition wrote behind an extension marker is shown as it came.
Types are called as in the standards: Certificate, V2XSecData, SecuredCrl,
RootCtl, PkiCtl, ScmsPdu, EcaEeCertResponseSpdu and so on.

Exit codes: 0 all decoded, 1 one was not, 2 one could not be read or the command
line was not understood.`;

export function add(program: Command, context: CliContext): void {
  const command = program
    .command('inspect')
    .summary('explain certificates, messages and lists, byte by byte (解析证书、消息与列表)')
    .description(
      'Says what each file is, and shows its fields beside their bytes:\n' +
        'certificates (证书), signed and encrypted messages, CRLs (证书撤销列表), trust\n' +
        'lists (TRCL, TDCL), and the messages of YD/T 3957 and IEEE 1609.2.1.\n' +
        'Judges no signature.',
    )
    .argument('<files...>', 'files to explain')
    .addOption(
      new Option('--profile <name>', 'the standard they follow, instead of what they say').choices(['ccsa', 'ieee']),
    )
    .option('--type <name>', 'the type they have, instead of finding it out')
    .option('--json', 'one line of JSON a file')
    .option('--reencode <out>', 'write the bytes made again from the value; with one file')
    .option('--hex', 'every byte, none cut short')
    .addHelpText('after', examples)
    .action(async (files: string[], options: InspectOptions) => {
      if (options.reencode !== undefined && files.length !== 1) {
        command.error('error: --reencode takes exactly one file');
      }
      // Imported here: the other commands must not wait for the types to load.
      const [{ inspectFiles }, { typesNamed }] = await Promise.all([
        import('../inspect/inspect-files.js'),
        import('../inspect/known-types.js'),
      ]);
      if (options.type !== undefined && typesNamed(options.type, options.profile).length === 0) {
        command.error(`error: --type ${options.type}: no such type is known; --help names some`);
      }
      context.finish(inspectFiles(files, options, context));
    });
}
