/** An ARA as a process of its own: `--config FILE`. */
import { authorityMain } from '#service/run-authority.js';
import { araAuthority } from './ara.authority.js';

await authorityMain(araAuthority, process.argv.slice(2));
