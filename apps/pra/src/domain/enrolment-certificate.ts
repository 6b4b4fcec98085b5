/** Is this an enrolment certificate that counts here, now? Trust comes from the lists: the message supplies bytes only. */
import { certificateHash, hashedId8, idKey } from '#credentials/certificate-facts.js';
import { isValidAt } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { BoundedMap } from '#credentials/spdu-memory.js';
import { tablingVerifier } from '#credentials/spdu-verifiers.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import { speaksAs, type LineIdentity } from '#edge/line-identity.js';
import type { Certificate } from '#wire/secured-data.js';

export interface KnownDevice {
  readonly certificate: Certificate;
  /** SM3 of the whole certificate, 32 bytes: the one name a device has at the PRA. */
  readonly hash: Uint8Array;
}

/** Whether a certificate is of our form, inside its issuer's bounds, and signed by it; nothing of time, lists or blacklist. */
export type StandsUnder = (certificate: Certificate, issuer: Certificate) => boolean;

export const standsUnder: StandsUnder = (certificate, issuer) => !isRefused(verifyCertificate(certificate, issuer));

/** Some 300 bytes each. */
const REMEMBERED = 4096;

/**
 * `standsUnder` that remembers what did stand, by the hashes of both certificates: the answer for two given byte strings
 * never changes. Whether the issuer is listed, the time is right and nobody is blocked is asked each time by others; so a
 * verdict need not end with the lists, and a device cannot outlive them by it. What did not stand is not remembered: a
 * flood of forgeries pushes nothing out.
 */
export function rememberingStandsUnder(capacity = REMEMBERED): StandsUnder {
  const stood = new BoundedMap<true>(capacity);
  // A handful of ECA keys sign nearly everything.
  const verify = tablingVerifier({ tables: 8, counted: 64 });
  return (certificate, issuer) => {
    const pair = idKey(certificateHash(certificate)) + idKey(certificateHash(issuer));
    if (stood.get(pair) !== undefined) return true;
    if (isRefused(verifyCertificate(certificate, issuer, verify))) return false;
    stood.set(pair, true);
    return true;
  };
}

/**
 * The device behind an enrolment certificate of an ECA of our own domain. Refuses another issuer, a broken chain
 * (`ec-chain`) and a moment outside its validity (`ec-validity`). Says nothing of the blacklist.
 */
export function knownDevice(
  certificate: Certificate,
  identity: LineIdentity,
  stands: StandsUnder = standsUnder,
): KnownDevice | Refused<'ec-chain' | 'ec-validity'> {
  const now = identity.clock.nowMillis();
  const issuer = issuerOf(certificate, identity, now);
  if (issuer === undefined) return refused('ec-chain');
  // The cheap question first; whoever made up a certificate learns nothing by the order of our answers.
  if (!isValidAt(certificate.value.toBeSigned.value.validityPeriod, now)) return refused('ec-validity');
  if (!stands(certificate, issuer.certificate)) return refused('ec-chain');
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
