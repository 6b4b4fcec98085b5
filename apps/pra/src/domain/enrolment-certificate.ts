/** Is this an enrolment certificate that counts here, now? Trust comes from the lists: the message supplies bytes only. */
import { certificateHash, hashedId8 } from '#credentials/certificate-facts.js';
import { isValidAt } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import { speaksAs, type LineIdentity } from '#edge/line-identity.js';
import type { Certificate } from '#wire/secured-data.js';

export interface KnownDevice {
  readonly certificate: Certificate;
  /** SM3 of the whole certificate, 32 bytes: the one name a device has at the PRA. */
  readonly hash: Uint8Array;
}

/**
 * The device behind an enrolment certificate of an ECA of our own domain. Refuses another issuer, a broken chain
 * (`ec-chain`) and a moment outside its validity (`ec-validity`). Says nothing of the blacklist.
 */
export function knownDevice(
  certificate: Certificate,
  identity: LineIdentity,
): KnownDevice | Refused<'ec-chain' | 'ec-validity'> {
  const now = identity.clock.nowMillis();
  const issuer = issuerOf(certificate, identity, now);
  if (issuer === undefined || isRefused(verifyCertificate(certificate, issuer.certificate))) return refused('ec-chain');
  if (!isValidAt(certificate.value.toBeSigned.value.validityPeriod, now)) return refused('ec-validity');
  return { certificate, hash: certificateHash(certificate) };
}

function issuerOf(certificate: Certificate, identity: LineIdentity, now: number): ListedAuthority | undefined {
  const { trust, profile } = identity;
  const named = certificate.value.issuer;
  if (named.kind !== 'sm3AndDigest') return undefined;
  const issuer = trust.authority(named.value, now);
  const self = trust.authority(hashedId8(identity.signer.certificate), now);
  if (isRefused(issuer) || isRefused(self)) return undefined;
  const counts = speaksAs(issuer.certificate, 'eca', profile.aid.management) && trust.sameDomain(issuer, self);
  return counts ? issuer : undefined;
}
