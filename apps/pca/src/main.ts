/** Starts one PCA: `main.js --config FILE`. */
import { authorityMain } from '#service/run-authority.js';
import { pcaAuthority } from './pca.authority.js';

await authorityMain(pcaAuthority, process.argv.slice(2));
