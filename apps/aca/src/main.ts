/** Starts one ACA: `main.js --config FILE`; with `--check` it checks what is stored, and ends. */
import { checkMain } from '#service/check-main.js';
import { authorityMain } from '#service/run-authority.js';
import { checkedAca } from './check.js';
import { acaAuthority } from './aca.authority.js';

const words = process.argv.slice(2);
if (words.includes('--check')) process.exitCode = await checkMain(checkedAca, words);
else await authorityMain(acaAuthority, words);
