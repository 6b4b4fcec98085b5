/**
 * Proof of birth by GBA (YD/T 3957-2021 annex F; 3GPP TS 33.220): the device has bootstrapped with its operator's BSF, and both
 * derive Ks_NAF for this AAA from what its SIM knows. The proof is HMAC-SM3 under Ks_NAF over the hash of the request; the BSF
 * tells us the key and whose it is: a serial that is registered here.
 */
import { constantTimeEqual } from '#crypto/equal.js';
import { hmacSm3 } from '#crypto/sm3.js';
import { proofInputOfHash } from '#edges/aaa-eca/authorise.js';

/** What the BSF says of a bootstrapping (Zn reference point). */
export interface GbaKey {
  /** Ks_NAF, 32 bytes. */
  readonly key: Uint8Array;
  readonly serial: string;
  /** The end of the key's life, Unix milliseconds. */
  readonly expiresMillis: number;
}

/** Asks the BSF for the key of a B-TID; `unknown` when it has none for us, `undefined` when it does not answer. */
export type AskBsf = (btid: string) => Promise<GbaKey | 'unknown' | undefined>;

/** base64 of a random value, and the name of the BSF (3GPP TS 33.220 4.5.2): nothing else is worth a question. */
const BTID = /^[A-Za-z0-9+/]{1,128}={0,2}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,119}[A-Za-z0-9])?$/;
export const isBtid = (text: string): boolean => BTID.test(text);

/** Whether `mac` (32 bytes) was made under a key that lives. */
export const provesGba = (
  { key, expiresMillis }: GbaKey,
  requestHash: Uint8Array,
  mac: Uint8Array,
  nowMillis: number,
): boolean => constantTimeEqual(hmacSm3(key, proofInputOfHash(requestHash)), mac) && nowMillis < expiresMillis;
