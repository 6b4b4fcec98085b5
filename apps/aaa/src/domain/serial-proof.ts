/** Proof of birth by serial: HMAC-SM3 under the serial's one-time secret, over the hash of the device's request. */
import { constantTimeEqual } from '#crypto/equal.js';
import { hmacSm3 } from '#crypto/sm3.js';
import { proofInputOfHash } from '#edges/aaa-eca/authorise.js';

/** What an operator may register: readable in a workshop and safe in an address. */
const SERIAL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const SECRET_BYTES = 16;
/** Compared with when a serial is unknown, so that the wait tells nothing. */
const NO_SECRET = new Uint8Array(SECRET_BYTES);

export const isSerial = (text: string): boolean => SERIAL.test(text);

/** Whether `mac` (32 bytes) was made under `secret`; never under none. Takes the same time either way. */
export function provesSerial(secret: Uint8Array | undefined, requestHash: Uint8Array, mac: Uint8Array): boolean {
  const expected = hmacSm3(secret ?? NO_SECRET, proofInputOfHash(requestHash));
  return constantTimeEqual(expected, mac) && secret !== undefined;
}
