/** The CRA as a process of its own. */
import { authorityMain } from '#service/run-authority.js';
import { craAuthority } from './cra.authority.js';

await authorityMain(craAuthority, process.argv.slice(2));
