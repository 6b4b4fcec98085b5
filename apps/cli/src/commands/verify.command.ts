/** `chrysalis verify`: whether a file holds under whom one trusts, and which check fails and why. */
import { Option, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { momentFrom } from '../verify/moment-option.js';
import type { VerifyOptions } from '../verify/verify-files.js';

const examples = `
Examples:
  ./chrysalis verify pca.coer --trust root.coer --chain ica.coer
  ./chrysalis verify pc.coer --trust trcla.coer --chain trcl.coer tdcl.coer --crl crl.coer
  ./chrysalis verify message.coer --trust root.coer --chain pca.coer --at 2026-11-21T08:00:00Z
  ./chrysalis verify --json crl.coer --trust root.coer
                                       {"valid":false,"steps":[{"step":"time","ok":false,"why":"it is out of date: …"},…]}

Each step is named: structure, profile, permissions, ssp, time, region, chain, chain-length, revocation, signature; of CRLs
craca too, of lists contents and quorum. One that cannot be judged, because a file is missing, does not hold and says so.
Without --crl revocation is not asked. Without --at certificates, CRLs and lists are judged now, and a message as of when
it says that it was signed; with --at its certificates must be valid at that moment too.
Files hold bytes, or their hexadecimal or base64 text: certificates, chain files, TRCL, TDCL, CTL, signed messages, CRLs.
SM2 with SM3 and ECDSA P-256 with SHA-256, explicit certificates and implicit ones.
Exit codes: 0 valid, 1 not valid, 2 a file could not be read, or the command line not understood.`;

export function add(program: Command, context: CliContext): void {
  program
    .command('verify')
    .summary('whether a certificate, message, CRL or list holds, step by step (验证证书、消息与列表)')
    .description(
      'Verifies a certificate (证书), signed message, CRL (证书撤销列表) or trust list\n' +
        '(TRCL, TDCL, CTL) up to a trusted certificate, and says of every check whether\n' +
        'it holds and why.',
    )
    .argument('<file>', 'what to verify')
    .requiredOption('--trust <files...>', 'certificates that are trusted as they are, a root or TRCLA; or a trust list')
    .option('--chain <files...>', 'certificates between it and the trusted one, single or in lists and chain files')
    .option('--crl <files...>', 'CRLs that may name a certificate of the chain')
    .option(
      '--at <time>',
      'ISO 8601, UTC unless it names a zone; or now',
      momentFrom(() => Date.now()),
    )
    .addOption(
      new Option('--profile <name>', 'the standard it must follow, instead of what it says').choices(['ccsa', 'ieee']),
    )
    .option('--json', 'one line of JSON: {"valid","steps":[{"step","ok","why"}]}')
    .addHelpText('after', examples)
    .action(async (file: string, options: VerifyOptions) => {
      // Imported here: the other commands must not wait for the types to load.
      const { verifyFile } = await import('../verify/verify-files.js');
      context.finish(verifyFile(file, options, context, Date.now()));
    });
}
