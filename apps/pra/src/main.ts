/** A PRA as a process of its own: `--config FILE`. */
import { authorityMain } from '#service/run-authority.js';
import { praAuthority } from './pra.authority.js';

await authorityMain(praAuthority, process.argv.slice(2));
