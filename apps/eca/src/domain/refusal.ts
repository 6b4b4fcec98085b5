/** Everything the ECA refuses a device, and nothing of what was refused. */
import { refused, type Refused } from '#credentials/refusal.js';

export type RequestRefusal =
  | 'not-encrypted-to-us'
  | 'request-malformed'
  | 'request-version'
  | 'request-too-old'
  | 'request-from-the-future'
  | 'certificate-type'
  | 'certificate-fields'
  | 'request-permissions'
  | 'app-permissions'
  | 'keys'
  | 'request-signature';

/** What the AAA said, as far as a device is told. */
export type AuthorisationRefusal =
  'device-unknown' | 'device-blocked' | 'already-enrolled' | 'permissions-not-allowed' | 'aaa-unavailable';

/** Of the certificate that is to be renewed. */
export type RenewalRefusal = 'enrolment-unknown' | 'enrolment-retired' | 'enrolment-ended' | 'renewal-too-early';

export type IssueRefusal = 'key-already-certified' | 'eca-expiring' | 'outside-our-permissions' | 'outside-our-region';

export type EnrolRefusal = RequestRefusal | AuthorisationRefusal | RenewalRefusal | IssueRefusal | 'too-often';
export type EnrolRefused = Refused<EnrolRefusal>;
/** A refusal that ends by itself. */
export interface RefusedForNow extends Refused<'too-often'> {
  /** At least 1. */
  readonly retryAfterSeconds: number;
}
export const refuseFor = (seconds: number): RefusedForNow => ({ ...refused('too-often'), retryAfterSeconds: seconds });
export const refuse = <R extends EnrolRefusal>(reason: R): Refused<R> => refused(reason);
