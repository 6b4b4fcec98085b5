/** Starts one AAA: `main.js --config FILE`. */
import { authorityMain } from '#service/run-authority.js';
import { aaaAuthority } from './aaa.authority.js';

await authorityMain(aaaAuthority, process.argv.slice(2));
