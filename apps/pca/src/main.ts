/** Starts one PCA: `main.js --config FILE`; with `--check` it checks what is stored, and ends. */
import { checkMain } from '#service/check-main.js';
import { authorityMain } from '#service/run-authority.js';
import { checkedPca } from './check.js';
import { pcaAuthority } from './pca.authority.js';

const words = process.argv.slice(2);
if (words.includes('--check')) process.exitCode = await checkMain(checkedPca, words);
else await authorityMain(pcaAuthority, words);
