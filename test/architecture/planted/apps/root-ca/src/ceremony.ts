// Allowed.
import { readFileSync } from 'node:fs';
import { chain } from '#credentials/chain.js';

export const hold = [readFileSync, chain];
