/**
 * The enrolment certificate as the ECA writes it: keys from the request, AIDs that were asked for and allowed, everything
 * else from the AAA and from the ECA's own certificate. Then the linter: what our certificate does not allow is refused
 * even if policy were wrong (EN10).
 */
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { isWithin, spanOf } from '#credentials/period.js';
import { permissionsWithin, regionWithin } from '#credentials/permissions.js';
import type { Profile } from '#credentials/profile.js';
import type { Refused } from '#credentials/refusal.js';
import { plainRange } from '#credentials/special-vehicle.js';
import type { EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import type { PsidSspRange } from '#wire/base-types.js';
import type { Certificate, PsidGroupPermissions, ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { endEntityPermissions, type AskedEnrolment } from './judge-request.js';
import { refuse } from './refusal.js';

const HOUR_MILLIS = 3_600_000;

export interface Issuer {
  readonly certificate: Certificate;
  readonly profile: Profile;
  readonly nowMillis: number;
}

type ComposeRefusal = 'permissions-not-allowed' | 'eca-expiring' | 'outside-our-permissions' | 'outside-our-region';

/** The to-be-signed certificate; the start is `nowMillis`, the end the earlier of what is allowed and our own. */
export function composeCertificate(
  asked: AskedEnrolment,
  allowed: EnrolmentAllowed,
  issuer: Issuer,
): ToBeSignedCertificate | Refused<ComposeRefusal> {
  if (!asked.aids.every((aid) => allowed.allowedAids.includes(aid))) return refuse('permissions-not-allowed');
  const ours = spanOf(issuer.certificate.value.toBeSigned.value.validityPeriod);
  const hours = Math.min(allowed.validForHours, Math.floor((ours.endMillis - issuer.nowMillis) / HOUR_MILLIS));
  if (hours < 1) return refuse('eca-expiring');
  const tbs = composed(asked, allowed, hours, issuer);
  return lint(tbs, issuer.certificate) ?? tbs;
}

function composed(
  { aids, verificationKey, encryptionKey }: AskedEnrolment,
  { country, region, sspRanges }: EnrolmentAllowed,
  hours: number,
  { profile, nowMillis }: Issuer,
): ToBeSignedCertificate {
  return {
    // An enrolment certificate names nobody: who it belongs to, the AAA knows.
    id: { kind: 'none', value: null },
    cracaId: new Uint8Array(3),
    crlSeries: 0,
    validityPeriod: { start: time32FromMillis(nowMillis), duration: { kind: 'hours', value: hours } },
    region: region ?? { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: country }] },
    appPermissions: endEntityPermissions(profile),
    certRequestPermissions: requestPermissions(aids, sspRanges),
    encryptionKey: sm2EncryptionKey(encryptionKey),
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(verificationKey) },
  };
}

/**
 * The bare AIDs, each without any SSP, and in a group of their own the special rights that the AAA gives under some of them:
 * never `all`. A group names an application once.
 */
function requestPermissions(aids: readonly number[], special: readonly PsidSspRange[]): PsidGroupPermissions[] {
  const given = special.filter(({ psid }) => aids.includes(psid));
  return [group(aids.map(plainRange)), ...(given.length > 0 ? [group(given)] : [])];
}

const group = (ranges: PsidSspRange[]): PsidGroupPermissions => ({
  subjectPermissions: { kind: 'explicit', value: ranges },
  minChainLength: 1,
  chainLengthRange: 0,
  eeType: new Set(['app'] as const),
});

/** Everything our own certificate says about what we may issue. */
export function lint(
  tbs: ToBeSignedCertificate,
  issuer: Certificate,
): Refused<'eca-expiring' | 'outside-our-permissions' | 'outside-our-region'> | undefined {
  const ours = issuer.value.toBeSigned.value;
  if (!isWithin(spanOf(tbs.validityPeriod), spanOf(ours.validityPeriod))) return refuse('eca-expiring');
  if (!permissionsWithin(tbs, ours)) return refuse('outside-our-permissions');
  return regionWithin(tbs.region, ours.region) ? undefined : refuse('outside-our-region');
}
