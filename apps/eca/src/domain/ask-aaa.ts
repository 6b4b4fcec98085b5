/** Asks the AAA whether this device may enrol; its reasons become the few that a device is told. */
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { Port } from '#edge/edge.js';
import { LineFailure } from '#edge/transport.js';
import type { aaaEca, EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import type { BirthProof } from '#edges/ee-eca/enrolment.js';
import type { AskedEnrolment } from './judge-request.js';
import { refuse, type AuthorisationRefusal } from './refusal.js';

export type AaaLine = Port<typeof aaaEca>;

/** Whether a serial exists is told to nobody who does not prove it: both are `device-unknown` to the device. */
const TOLD: Readonly<Record<string, AuthorisationRefusal | 'key-already-certified'>> = {
  'unknown-device': 'device-unknown',
  'wrong-proof': 'device-unknown',
  'not-released': 'device-unknown',
  'x509-malformed': 'device-unknown',
  'x509-algorithm': 'device-unknown',
  'x509-constraints': 'device-unknown',
  'x509-validity': 'device-unknown',
  'x509-issuer-unknown': 'device-unknown',
  'x509-signature': 'device-unknown',
  'x509-revoked': 'device-blocked',
  'device-suspended': 'device-blocked',
  'device-retired': 'device-blocked',
  'device-revoked': 'device-blocked',
  'already-enrolled': 'already-enrolled',
  'aids-outside-profile': 'permissions-not-allowed',
  'key-already-certified': 'key-already-certified',
};

export interface AaaNeeds {
  readonly aaa: AaaLine;
  /** Told why there was no answer; the device hears only that it may try again. */
  readonly aaaFailed: (error: unknown) => void;
}

export async function askAaa(
  asked: AskedEnrolment,
  proof: BirthProof,
  { aaa, aaaFailed }: AaaNeeds,
): Promise<EnrolmentAllowed | Refused<AuthorisationRefusal | 'key-already-certified'>> {
  const { requestHash, verificationKey, aids } = asked;
  try {
    const answer = await aaa.authoriseEnrolment({ requestHash, verificationKey, requestedAids: [...aids], proof });
    if (!isRefused(answer)) return answer;
    return refuse((Object.hasOwn(TOLD, answer.reason) ? TOLD[answer.reason] : undefined) ?? 'aaa-unavailable');
  } catch (error) {
    // No answer is expected of a network; the device may try again. Anything else is a failure.
    if (!(error instanceof LineFailure)) throw error;
    aaaFailed(error);
    return refuse('aaa-unavailable');
  }
}
