/** What is looked at before the key is used: a certificate must lie inside its issuer's (TL7). */
import { isWithin, spanOf } from '#credentials/period.js';
import { permissionsWithin, regionWithin } from '#credentials/permissions.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { refuse, type IcaRefused } from './refusal.js';

/** IEEE 1609.2-2022 5.1.2: validity, region and permissions of a subordinate are those of the issuer or less. */
export function lint(tbs: ToBeSignedCertificate, issuer: Certificate): IcaRefused | undefined {
  const allowed = issuer.value.toBeSigned.value;
  if (!isWithin(spanOf(tbs.validityPeriod), spanOf(allowed.validityPeriod))) return refuse('validity-outside-issuer');
  if (!regionWithin(tbs.region, allowed.region)) return refuse('region-outside-issuer');
  return permissionsWithin(tbs, allowed) ? undefined : refuse('permissions-outside-issuer');
}
