/** Judges byte arguments at the door. The message names the argument and never repeats its value. */

import { integerOf } from './bytes.js';

/** Refuses (TypeError) what is not a Uint8Array, and (RangeError) one that is not `length` bytes long. */
export function requireBytes(argument: string, value: Uint8Array, length?: number): void {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${argument}: not a Uint8Array`);
  if (length !== undefined && value.length !== length) {
    throw new RangeError(`${argument}: ${String(length)} bytes expected, ${String(value.length)} given`);
  }
}

/** Refuses (RangeError) what is not an integer of `least` … `most`. */
export function requireInteger(argument: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${argument}: not an integer of ${String(least)} … ${String(most)}`);
  }
}

/** The integer of a 32-byte scalar in [1, order−1]; refuses (RangeError) zero, the order and above. */
export function requireScalar(argument: string, value: Uint8Array, order: bigint): bigint {
  requireBytes(argument, value, 32);
  const scalar = integerOf(value);
  if (scalar === 0n || scalar >= order) throw new RangeError(`${argument}: not in [1, n−1]`);
  return scalar;
}
