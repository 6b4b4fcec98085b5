/** Proof of birth by serial: HMAC-SM3 under the one-time secret that the AAA's operator handed out with the serial. */
import { hmacSm3 } from '#crypto/sm3.js';
import { proofInput, type BirthProof } from '#edges/ee-eca/enrolment.js';

export interface SerialIdentity {
  /** As registered, at most 64 characters. */
  readonly serial: string;
  /** 16 bytes. */
  readonly secret: Uint8Array;
}

/** The 32-byte proof over an encoded request. */
export const serialProof = (secret: Uint8Array, request: Uint8Array): Uint8Array =>
  hmacSm3(secret, proofInput(request));

/** What an enrolling device calls with its request. */
export function provesBySerial({ serial, secret }: SerialIdentity): (request: Uint8Array) => Promise<BirthProof> {
  return async (request) => ({ kind: 'serial', value: { serial, mac: serialProof(secret, request) } });
}
