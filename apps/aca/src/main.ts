/** An ACA as a process of its own: `--config FILE`. */
import { authorityMain } from '#service/run-authority.js';
import { acaAuthority } from './aca.authority.js';

await authorityMain(acaAuthority, process.argv.slice(2));
