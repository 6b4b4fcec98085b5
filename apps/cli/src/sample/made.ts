/** What a kind of sample comes to. */
import type { Certificate } from '#wire/secured-data.js';
import { certificateToBytes } from '#credentials/certificate-facts.js';
import type { Member } from './house.js';

export interface Made {
  readonly bytes: Uint8Array;
  /** Whose certificate it is, or who signed it; nobody where nothing is signed. */
  readonly by: Member | undefined;
  /** Of what is encrypted: whose key opens it, where that is no member's certificate. 32 bytes. */
  readonly opensWith?: Uint8Array;
}

export const ofCertificate = (by: Member): Made => ({ bytes: certificateToBytes(by.certificate), by });
export const certificatesOf = (members: readonly Member[]): Certificate[] =>
  members.map(({ certificate }) => certificate);
