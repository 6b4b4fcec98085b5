/** The envelope of an enrolment: sealed to this very ECA, our version, and nothing behind it. */
import { tryDecode } from '#coer/codec.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import type { Profile } from '#credentials/profile.js';
import type { Refused } from '#credentials/refusal.js';
import { openSealed, type Unwrap } from '#credentials/sealing.js';
import { EnrolmentRequest } from '#edges/ee-eca/enrolment.js';
import type { Certificate } from '#wire/secured-data.js';
import { refuse } from './refusal.js';

/** A request with an X.509 chain of four is below 10 KiB. */
export const LARGEST_BODY_BYTES = 40 * 1024;
const ENVELOPE_VERSION = 1;

export interface Addressee {
  readonly certificate: Certificate;
  readonly unwrap: Unwrap;
  readonly profile: Profile;
}

/** The decrypted envelope. Refuses what is too large, not for us, or malformed. */
export async function openEnrolment(
  body: Uint8Array,
  { certificate, unwrap, profile }: Addressee,
): Promise<EnrolmentRequest | Refused<'not-encrypted-to-us' | 'request-malformed' | 'request-version'>> {
  if (body.length > LARGEST_BODY_BYTES) return refuse('request-malformed');
  const opened = await openSealed(body, hashedId8(certificate), unwrap, profile);
  if (opened === undefined) return refuse('not-encrypted-to-us');
  const envelope = tryDecode(EnrolmentRequest, opened);
  if (!envelope.ok) return refuse('request-malformed');
  return envelope.value.version === ENVELOPE_VERSION ? envelope.value : refuse('request-version');
}
