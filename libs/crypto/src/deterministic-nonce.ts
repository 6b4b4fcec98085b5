/** The nonce of RFC 6979 3.2, for a 256-bit order and any 32-byte HMAC: no dice are needed to sign. */
import { bytes32, concat, integerOf } from './bytes.js';

export type Hmac = (key: Uint8Array, ...parts: Uint8Array[]) => Uint8Array;

/**
 * The candidates k in [1, n−1] for one private key and one digest, in order; whoever signs takes the first that serves.
 * The same input gives the same row, so that a repeated signature repeats its bytes and never its nonce with another
 * message. `digest` is the 32-byte hash as it goes into the signature (for SM2: e, which binds Z and so the signer's ID).
 */
export function* nonceCandidates(
  hmac: Hmac,
  order: bigint,
  privateKey: Uint8Array,
  digest: Uint8Array,
): Generator<bigint> {
  // 2.3.4 bits2octets: qlen = hlen = 256, so one reduction and no shift.
  const seed = concat(privateKey, bytes32(integerOf(digest) % order));
  let v: Uint8Array = new Uint8Array(32).fill(1);
  let key: Uint8Array = new Uint8Array(32);
  for (const step of [0, 1]) {
    key = hmac(key, v, Uint8Array.of(step), seed);
    v = hmac(key, v);
  }
  seed.fill(0);
  for (;;) {
    v = hmac(key, v);
    const k = integerOf(v);
    if (k >= 1n && k < order) yield k;
    key = hmac(key, v, Uint8Array.of(0));
    v = hmac(key, v);
  }
}
