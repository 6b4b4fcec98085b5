export { chain } from '#credentials/chain.js';
