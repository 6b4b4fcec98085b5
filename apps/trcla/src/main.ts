/** The TRCLA (可信根证书列表管理机构): an offline program. */
import { ceremonyMain } from '#ceremony/program.js';
import { terminalAsk } from '#ceremony/terminal.js';
import { trcla } from './ceremony.js';

process.exitCode = await ceremonyMain(trcla, process.argv.slice(2), {
  tell: (line) => process.stderr.write(`${line}\n`),
  ask: terminalAsk(),
});
