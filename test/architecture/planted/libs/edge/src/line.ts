// Allowed.
import { request } from 'node:http';
import { chain } from '#credentials/chain.js';
import { device } from '#keys/device.js';

export const line = [request, chain, device];
