/**
 * The key derivation of ECIES and of SM2 encryption. KDF2 (IEEE 1363a, ANSI X9.63) and the KDF of GB/T 32918.4-2016 5.4.3
 * are one construction: H(Z ‖ counter ‖ P) for a 32-bit counter from 1; only the hash differs.
 */
import { requireInteger } from './argument.js';
import { uint32 } from './bytes.js';

/** `length` bytes (1 … 65536) from a shared secret Z and derivation parameters P (empty for SM2). */
export function deriveKey(
  hash: (...parts: Uint8Array[]) => Uint8Array,
  length: number,
  secret: Uint8Array,
  parameters: Uint8Array = new Uint8Array(0),
): Uint8Array {
  requireInteger('length', length, 1, 65536);
  const key = new Uint8Array(length);
  for (let at = 0, counter = 1; at < length; at += 32, counter++) {
    const block = hash(secret, uint32(counter), parameters);
    key.set(block.subarray(0, Math.min(32, length - at)), at);
    block.fill(0);
  }
  return key;
}
