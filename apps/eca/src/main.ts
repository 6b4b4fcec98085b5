/** Starts one ECA: `main.js --config FILE`; with `--check` it checks what is stored, and ends. */
import { checkMain } from '#service/check-main.js';
import { authorityMain } from '#service/run-authority.js';
import { checkedEca } from './check.js';
import { ecaAuthority } from './eca.authority.js';

const words = process.argv.slice(2);
if (words.includes('--check')) process.exitCode = await checkMain(checkedEca, words);
else await authorityMain(ecaAuthority, words);
