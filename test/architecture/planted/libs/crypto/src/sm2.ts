// Allowed.
import { randomBytes } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';

export const sign = [randomBytes, p256];
