/**
 * Which device certificates a manufacturer has revoked: its CRL (RFC 5280 5), verified under the CA that issued them. The
 * AAA only adds to what it knows: a certificate that was revoked once stays so, and an older list can take nothing back.
 */
import { CertificateRevocationList, type RevokedCertificate } from 'pkijs';
import type { Refused } from '#credentials/refusal.js';
import { refuse, type CrlRefusal } from './refusal.js';
import { isSignedBy, maySignCrls, readStructure, type X509 } from './x509-certificate.js';
import { x509Id } from './x509-path.js';

/** The names (`x509Id`) of all certificates on a CRL of `issuer` that is current at `nowMillis`. */
export function revokedByCrl(der: Uint8Array, issuer: X509, nowMillis: number): Uint8Array[] | Refused<CrlRefusal> {
  const crl = readStructure(der, (schema) => new CertificateRevocationList({ schema }));
  if (crl === undefined) return refuse('crl-malformed');
  const entries = crl.revokedCertificates ?? [];
  if (entries.some(isIndirect)) return refuse('crl-malformed');
  if (!crl.issuer.isEqual(issuer.certificate.subject) || !maySignCrls(issuer)) return refuse('crl-issuer-unknown');
  const isCurrent = crl.thisUpdate.value.getTime() <= nowMillis && nowMillis < (crl.nextUpdate?.value.getTime() ?? 0);
  if (!isCurrent) return refuse('crl-not-current');
  if (!isSignedBy(crl, issuer)) return refuse('crl-signature');
  return entries.map(({ userCertificate }) =>
    x509Id(issuer.keyHash, new Uint8Array(userCertificate.valueBlock.valueHexView)),
  );
}

/** RFC 5280 5.3: a critical entry extension, such as another issuer for the entry, is not understood here. */
const isIndirect = ({ crlEntryExtensions }: RevokedCertificate): boolean =>
  crlEntryExtensions?.extensions.some(({ critical }) => critical) ?? false;
