/**
 * The successor of an enrolment certificate: only for the one that counts, near its end, and with the AAA's word. Intent,
 * signature and answer are those of a first enrolment, and so is the promise of one answer to one request.
 */
import { isRefused, type Refused } from '#credentials/refusal.js';
import { sm3 } from '#crypto/sm3.js';
import { openSealedForOwn } from '#edge/own-sealed.js';
import { answerTo, givenBefore, type EnrolNeeds } from './enrol.js';
import { judgeRenewal } from './judge-renewal.js';
import { LARGEST_BODY_BYTES } from './open-enrolment.js';
import { refuse, type EnrolRefused, type RenewalRefusal } from './refusal.js';

/** A certificate that this ECA issued, as it stands. */
export interface IssuedEnrolment {
  /** SM3 of its key, 32 bytes. */
  readonly keyHash: Uint8Array;
  readonly isActive: boolean;
  readonly isStopped: boolean;
  readonly createdMillis: number;
  readonly expiresMillis: number;
}

export interface RenewNeeds extends EnrolNeeds {
  readonly issued: (certificateHash: Uint8Array) => Promise<IssuedEnrolment | undefined>;
  /** So long before its end a certificate may have its successor, but not in the first half of its life. */
  readonly renewalMillis: number;
}

/** The sealed answer to a sealed request for a successor. */
export async function renew(body: Uint8Array, needs: RenewNeeds): Promise<Uint8Array | EnrolRefused> {
  if (body.length > LARGEST_BODY_BYTES) return refuse('request-malformed');
  const request = await openSealedForOwn(body, needs.identity);
  if (request === undefined) return refuse('not-encrypted-to-us');
  const known = await needs.store.ofRequest(sm3(request));
  const given = known && givenBefore(known);
  if (given !== undefined) return given;
  const { profile, clock } = needs.identity;
  const nowMillis = clock.nowMillis();
  const asked = judgeRenewal(request, { profile, nowMillis, wasTaken: known !== undefined });
  if (isRefused(asked)) return asked;
  const present = await needs.issued(asked.presentHash);
  if (present === undefined) return refuse('enrolment-unknown');
  const wrong = judgeStanding(present, nowMillis, needs.renewalMillis);
  return wrong ?? answerTo(asked, known, { presentKeyHash: present.keyHash }, needs);
}

/** May this certificate have a successor now? Blocked is said before all else: the device then need not ask again. */
export function judgeStanding(
  { isActive, isStopped, createdMillis, expiresMillis }: IssuedEnrolment,
  nowMillis: number,
  renewalMillis: number,
): Refused<RenewalRefusal | 'device-blocked'> | undefined {
  if (isStopped) return refuse('device-blocked');
  if (!isActive) return refuse('enrolment-retired');
  if (expiresMillis <= nowMillis) return refuse('enrolment-ended');
  const window = Math.min(renewalMillis, (expiresMillis - createdMillis) / 2);
  return nowMillis < expiresMillis - window ? refuse('renewal-too-early') : undefined;
}
