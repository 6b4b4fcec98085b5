/** Starts an ICA: `main.js --config FILE`. */
import { authorityMain } from '#service/run-authority.js';
import { icaAuthority } from './ica.authority.js';

await authorityMain(icaAuthority, process.argv.slice(2));
