/** Starts the TCMF: `main.js --config FILE`. */
import { authorityMain } from '#service/run-authority.js';
import { tcmfAuthority } from './tcmf.authority.js';

await authorityMain(tcmfAuthority, process.argv.slice(2));
