/** The MA as a process of its own. */
import { authorityMain } from '#service/run-authority.js';
import { maAuthority } from './ma.authority.js';

await authorityMain(maAuthority, process.argv.slice(2));
