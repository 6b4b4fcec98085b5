/** `chrysalis ceremony`: checks what the offline programs wrote. The programs themselves are started on their own. */
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';

const examples = `
Examples:
  ./chrysalis ceremony verify root/transcripts --certificate exchange/root.coer
  ./chrysalis ceremony verify 0003.transcript.json --files /media/usb
  ./chrysalis ceremony verify --json root/transcripts
                                       {"holds":true,"says":["ceremony 1 of root-ca, …"],"complaints":[]}

Every transcript is checked for its chain of entries, the signature of the ceremony key, the countersignature of each
custodian (密钥保管员) who was there, and that there were enough of them; several, for following each other with the same key
and custodians; every file that was read or written, for being what it was. A folder stands for all transcripts in it.
Without --certificate the key is only named: compare it with the certificate of the root CA (根CA) or TRCLA that you trust.
That the last transcripts are missing cannot be seen from the others: ask how many ceremonies there were.
Exit codes: 0 all holds, 1 something does not, or a file is no transcript, 2 the command line was not understood.

The ceremonies themselves are held with programs that have no socket; docs/operations/ceremony.md walks through them:
  node dist/apps/root-ca/src/main.js --help          node dist/apps/trcla/src/main.js --help`;

interface VerifyWords {
  readonly certificate?: string;
  readonly files?: string;
  readonly json?: boolean;
}

export function add(program: Command, context: CliContext): void {
  const ceremony = program
    .command('ceremony')
    .summary('check the transcripts of ceremonies (检查密钥仪式记录)')
    .description('What concerns the ceremonies (密钥仪式) of root CA (根CA) and TRCLA (可信根证书列表管理机构).');
  ceremony
    .command('verify')
    .summary('whether transcripts hold, and the files they name (验证仪式记录)')
    .description('Checks transcripts (仪式记录) of ceremonies, with the files that were read and written at hand.')
    .argument('<transcripts...>', 'transcripts, or folders of them, of one program')
    .option('--certificate <file>', 'the certificate of the root or TRCLA whose key must have signed')
    .option('--files <folder>', 'where the files lie now, by their names; else where they lay')
    .option('--json', 'one line of JSON: {"holds","says","complaints"}')
    .addHelpText('after', examples)
    .action(async (transcripts: string[], words: VerifyWords) => {
      context.finish(await verify(transcripts, words, context));
    });
}

async function verify(transcripts: string[], words: VerifyWords, context: CliContext): Promise<number> {
  // Imported here: the other commands must not wait for the types to load.
  const { verifyTranscripts } = await import('#ceremony/verify-transcripts.js');
  const { CeremonyRefusal } = await import('#ceremony/refusal.js');
  try {
    const { certificate, files } = words;
    const { says, complaints } = await verifyTranscripts({ transcripts, certificate, files });
    const holds = complaints.length === 0;
    if (words.json === true) context.result(JSON.stringify({ holds, says, complaints }));
    else for (const line of [...says, ...complaints, holds ? 'holds' : 'does not hold']) context.result(line);
    return holds ? ExitCode.done : ExitCode.failed;
  } catch (error) {
    if (!(error instanceof CeremonyRefusal)) throw error;
    if (words.json === true) context.result(JSON.stringify({ holds: false, says: [], complaints: [error.message] }));
    else context.progress(error.message);
    return ExitCode.failed;
  }
}
