/** Asks the AAA whether this device may enrol or renew; its reasons become the few that a device is told. */
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { Port } from '#edge/edge.js';
import { LineFailure } from '#edge/transport.js';
import type { aaaEca, EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import type { BirthProof } from '#edges/ee-eca/enrolment.js';
import type { AskedEnrolment } from './judge-request.js';
import { refuse, type AuthorisationRefusal, type IssueRefusal, type RenewalRefusal } from './refusal.js';

/** What is asked of the AAA, one device at a time; how that travels is the line's. */
export type AaaLine = Pick<Port<typeof aaaEca>, 'authoriseEnrolment' | 'authoriseRenewal'>;

type Told =
  AuthorisationRefusal | Extract<IssueRefusal, 'key-already-certified'> | Extract<RenewalRefusal, 'enrolment-retired'>;

/** Whether a serial exists is told to nobody who does not prove it: both are `device-unknown` to the device. */
const TOLD: Readonly<Record<string, Told>> = {
  'unknown-device': 'device-unknown',
  'wrong-proof': 'device-unknown',
  'not-released': 'device-unknown',
  'proof-not-offered': 'device-unknown',
  'token-malformed': 'device-unknown',
  'token-issuer': 'device-unknown',
  'token-signature': 'device-unknown',
  'token-audience': 'device-unknown',
  'token-not-current': 'device-unknown',
  'token-used': 'device-unknown',
  'bsf-unavailable': 'aaa-unavailable',
  'asked-too-often': 'aaa-unavailable',
  'x509-malformed': 'device-unknown',
  'x509-algorithm': 'device-unknown',
  'x509-constraints': 'device-unknown',
  'x509-validity': 'device-unknown',
  'x509-issuer-unknown': 'device-unknown',
  'x509-signature': 'device-unknown',
  'x509-revoked': 'device-blocked',
  'x509-status-unavailable': 'aaa-unavailable',
  'device-suspended': 'device-blocked',
  'device-retired': 'device-blocked',
  'device-revoked': 'device-blocked',
  'already-enrolled': 'already-enrolled',
  'not-enrolled': 'enrolment-retired',
  'already-renewed': 'enrolment-retired',
  'aids-outside-profile': 'permissions-not-allowed',
  'key-already-certified': 'key-already-certified',
};

export interface AaaNeeds {
  readonly aaa: AaaLine;
  /** Told why there was no answer; the device hears only that it may try again. */
  readonly aaaFailed: (error: unknown) => void;
}

/** By what the device claims its enrolment: a proof of birth, or the key of the certificate it holds (SM3, 32 bytes). */
export type Claim = { readonly proof: BirthProof } | { readonly presentKeyHash: Uint8Array };

export async function askAaa(
  { requestHash, verificationKey, aids }: AskedEnrolment,
  claim: Claim,
  { aaa, aaaFailed }: AaaNeeds,
): Promise<EnrolmentAllowed | Refused<Told>> {
  const wanted = { requestHash, verificationKey, requestedAids: [...aids] };
  try {
    const answer = await ('proof' in claim
      ? aaa.authoriseEnrolment({ ...wanted, proof: claim.proof })
      : aaa.authoriseRenewal({ ...wanted, presentKeyHash: claim.presentKeyHash }));
    if (!isRefused(answer)) return answer;
    return refuse((Object.hasOwn(TOLD, answer.reason) ? TOLD[answer.reason] : undefined) ?? 'aaa-unavailable');
  } catch (error) {
    // No answer is expected of a network; the device may try again. Anything else is a failure.
    if (!(error instanceof LineFailure)) throw error;
    aaaFailed(error);
    return refuse('aaa-unavailable');
  }
}
