/** The root CA (根CA): an offline program. */
import { ceremonyMain } from '#ceremony/program.js';
import { terminalAsk } from '#ceremony/terminal.js';
import { rootCa } from './ceremony.js';

process.exitCode = await ceremonyMain(rootCa, process.argv.slice(2), {
  tell: (line) => process.stderr.write(`${line}\n`),
  ask: terminalAsk(),
});
