/**
 * How a signature is bound to its signer: the identifier that goes into Z before the signed bytes.
 * YD/T 3957-2021 annex D.2: the 32-byte SM3 of the whole signer certificate; for what is signed by itself the
 * default identifier of GB/T 32918 (checked on two real Chinese root certificates).
 */
import { DEFAULT_SM2_ID } from '#crypto/sm2.js';
import type { Certificate } from '#wire/secured-data.js';
import { certificateHash } from './certificate-facts.js';

export const signerId = (signer: Certificate | 'self'): Uint8Array =>
  signer === 'self' ? DEFAULT_SM2_ID : certificateHash(signer);

/** A private key that stays where it is: signs `message` under `id`, 64 bytes r‖s. */
export type Sign = (id: Uint8Array, message: Uint8Array) => Promise<Uint8Array>;

/** One who signs with a certificate. */
export interface Signer {
  readonly certificate: Certificate;
  readonly sign: Sign;
}
