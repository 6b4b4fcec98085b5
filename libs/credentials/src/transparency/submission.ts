/** What an issuer sends to the log before it publishes: a certificate with those above it, or what identifies a CRL. */
import { encode } from '#coer/codec.js';
import type { CrlContents } from '#wire/crl.js';
import type { Certificate } from '#wire/secured-data.js';
import { LoggedCrl, LogSubmission } from '#wire/transparency-log.js';
import type { Profile } from '../profile.js';
import { signData } from '../signed-data.js';
import type { Signer } from '../sm2-binding.js';
import { loggedCrl } from './log-entry.js';

/** LogSubmission of a certificate; `issuers` are those above it, up to the one below the root. */
export const submissionOfCertificate = (certificate: Certificate, issuers: readonly Certificate[]): Uint8Array =>
  encode(LogSubmission, { kind: 'chain', value: [certificate, ...issuers] });

/**
 * LogSubmission of a CRL (the SecuredCrl as it is served, and what it carries), signed by its CRA under the management AID:
 * some hundred bytes, however long the list is.
 */
export async function submissionOfCrl(
  crl: { bytes: Uint8Array; contents: CrlContents },
  signer: Signer,
  profile: Profile,
): Promise<Uint8Array> {
  const statement = encode(LoggedCrl, loggedCrl(crl.bytes, crl.contents));
  return encode(LogSubmission, {
    kind: 'crl',
    value: await signData(statement, { psid: profile.aid.management }, signer),
  });
}
