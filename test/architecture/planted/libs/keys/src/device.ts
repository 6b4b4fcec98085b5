// Allowed.
import { Worker } from 'node:worker_threads';
import { sign } from '#crypto/sm2.js';

export const device = [Worker, sign];
