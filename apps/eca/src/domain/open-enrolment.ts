/** The envelope of an enrolment: sealed to this very ECA, our version, and nothing behind it. */
import { tryDecode } from '#coer/codec.js';
import type { Refused } from '#credentials/refusal.js';
import { openSealedForOwn, type Opener } from '#edge/own-sealed.js';
import { EnrolmentRequest } from '#edges/ee-eca/enrolment.js';
import { refuse } from './refusal.js';

/** A request with an X.509 chain of four is below 10 KiB. */
export const LARGEST_BODY_BYTES = 40 * 1024;
const ENVELOPE_VERSION = 1;

/** The decrypted envelope. Refuses what is too large, not for us, or malformed. */
export async function openEnrolment(
  body: Uint8Array,
  eca: Opener,
): Promise<EnrolmentRequest | Refused<'not-encrypted-to-us' | 'request-malformed' | 'request-version'>> {
  if (body.length > LARGEST_BODY_BYTES) return refuse('request-malformed');
  const opened = await openSealedForOwn(body, eca);
  if (opened === undefined) return refuse('not-encrypted-to-us');
  const envelope = tryDecode(EnrolmentRequest, opened);
  if (!envelope.ok) return refuse('request-malformed');
  return envelope.value.version === ENVELOPE_VERSION ? envelope.value : refuse('request-version');
}
