/** Starts one LA: `main.js --config FILE`. */
import { authorityMain } from '#service/run-authority.js';
import { laAuthority } from './la.authority.js';

await authorityMain(laAuthority, process.argv.slice(2));
