/** What a certificate is, read off its issuer, its identifier and its permissions. */
import { tryDecode } from '#coer/codec.js';
import type { PsidSsp } from '#wire/base-types.js';
import { SecurityMgmtSsp } from '#wire/dot2dot1/security-mgmt-ssp.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import type { IssuerIdentifier, ToBeSignedCertificate } from '#wire/secured-data.js';
import type { AuthorityKind } from './authority-certificate.js';
import type { Profile } from './profile.js';

/**
 * Read off a certificate, `pca` is our ACA and the ACA of IEEE 1609.2.1 too, `pra` our ARA and its RA, `aaa` its DCM, `cra` its CRL signer; `pg` a policy generator.
 * `ec`, `pc`, `ac`: enrolment, pseudonym, application certificate. `identity` is an application certificate of a special
 * vehicle, which bytes alone do not tell; neither do they tell a TRCLA from a root.
 */
export type CertificateKind = AuthorityKind | 'pg' | 'ec' | 'pc' | 'ac' | 'identity' | 'unknown';

type Role = ScmsSsp['kind'] | SecurityMgmtSsp['kind'];

const KIND_OF_ROLE: Readonly<Record<Role, CertificateKind>> = {
  root: 'root',
  elector: 'unknown',
  pg: 'pg',
  ica: 'ica',
  eca: 'eca',
  aca: 'pca',
  cra: 'cra',
  crl: 'cra',
  dcm: 'aaa',
  dc: 'unknown',
  lop: 'unknown',
  la: 'la',
  ma: 'ma',
  ra: 'pra',
  ee: 'ac',
};

/** The role under the management AID; `undefined` without one, and for an SSP that does not decode. */
export function roleOf({ ssp }: PsidSsp, profile: Profile): Role | undefined {
  if (ssp?.kind !== 'opaque') return undefined;
  const decoded = profile.name === 'ccsa' ? tryDecode(ScmsSsp, ssp.value) : tryDecode(SecurityMgmtSsp, ssp.value);
  return decoded.ok ? decoded.value.kind : undefined;
}

/** `unknown` when nothing tells. Costs a decoding of three bytes at most. */
export function certificateKindOf(
  tbs: ToBeSignedCertificate,
  issuer: IssuerIdentifier,
  profile: Profile,
): CertificateKind {
  if (tbs.id.kind === 'linkageData') return 'pc';
  const management = tbs.appPermissions?.find(({ psid }) => psid === profile.aid.management);
  const kind = management && KIND_OF_ROLE[roleOf(management, profile) ?? 'elector'];
  // A device of the management application is known by what it may ask for.
  if (tbs.certRequestPermissions !== undefined && (kind === undefined || kind === 'ac' || kind === 'unknown'))
    return 'ec';
  if (kind !== undefined) return kind;
  if (issuer.kind === 'self' && tbs.certIssuePermissions !== undefined) return 'root';
  return tbs.appPermissions !== undefined && tbs.certIssuePermissions === undefined ? 'ac' : 'unknown';
}
