/** The one door to randomness. Whatever needs dice takes a `Random`; tests hand in their own. */
import { randomBytes } from 'node:crypto';
import { requireInteger } from './argument.js';

export interface Random {
  /** `length` fresh unpredictable bytes. */
  bytes(length: number): Uint8Array;
}

/** The operating system's generator by node:crypto; the only source outside tests. */
export const systemRandom: Random = {
  bytes: (length) => {
    requireInteger('length', length, 0, 0x7fffffff);
    return new Uint8Array(randomBytes(length));
  },
};
