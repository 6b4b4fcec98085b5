/** Starts one ECA: `main.js --config FILE`. */
import { authorityMain } from '#service/run-authority.js';
import { ecaAuthority } from './eca.authority.js';

await authorityMain(ecaAuthority, process.argv.slice(2));
