/**
 * What the log takes from anybody: certificates of authorities under a root of the TRCL, and what a listed CRA says of a CRL
 * of its own. Nothing that a device holds can come in: its issuer is no ICA.
 */
import { tryDecode } from '#coer/codec.js';
import { hashedId8, scmsRoleOf } from '#credentials/certificate-facts.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import { certificateLeaf, leafOf, type Leaf } from '#credentials/transparency/log-entry.js';
import type { TrustStore } from '#credentials/trust-store.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import type { ScmsSsp } from '#wire/scms-ssp.js';
import type { Certificate } from '#wire/secured-data.js';
import { LoggedCrl, LogSubmission } from '#wire/transparency-log.js';

export type LogRefusal =
  | 'submission-malformed'
  | 'certificate-not-of-an-authority'
  | 'chain-broken'
  | 'crl-header'
  | 'crl-signer-not-listed'
  | 'crl-signer-not-craca'
  | 'crl-signature';

export interface LogRules {
  readonly profile: Profile;
  readonly nowMillis: number;
  /** A receiver of what is published now; asked for only when something is signed. */
  readonly receiver: () => TrustStore;
  /** The roots of the published TRCL. */
  readonly roots: readonly Certificate[];
}

const AUTHORITIES: readonly ScmsSsp['kind'][] = ['ica', 'dcm', 'eca', 'ra', 'aca', 'la', 'ma', 'cra', 'pg'];

/** The leaves of a submission (encoded LogSubmission), what was issued first at the front; or why it is not taken. */
export function judgeSubmission(bytes: Uint8Array, rules: LogRules): Leaf[] | Refused<LogRefusal> {
  const decoded = tryDecode(LogSubmission, bytes);
  if (!decoded.ok) return refused('submission-malformed');
  const { kind, value } = decoded.value;
  return kind === 'chain' ? judgeChain(value, rules) : judgeCrl(value, rules);
}

function judgeChain(chain: readonly Certificate[], { profile, roots }: LogRules): Leaf[] | Refused<LogRefusal> {
  const roles = chain.map((certificate) => scmsRoleOf(certificate, profile.aid.management)?.kind);
  // All but the first have issued a certificate that is to be logged: that is an ICA's office.
  const areFit = roles.every(
    (role, at) => role !== undefined && (at === 0 ? AUTHORITIES.includes(role) : role === 'ica'),
  );
  if (!areFit) return refused('certificate-not-of-an-authority');
  const isUnderNext = (certificate: Certificate, at: number): boolean => {
    const next = chain[at + 1];
    const issuers = next === undefined ? roots : [next];
    return issuers.some((issuer) => !isRefused(verifyCertificate(certificate, issuer)));
  };
  if (!chain.every(isUnderNext)) return refused('chain-broken');
  return chain.map(certificateLeaf).reverse();
}

function judgeCrl(bytes: Uint8Array, { profile, nowMillis, receiver }: LogRules): Leaf[] | Refused<LogRefusal> {
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  const decoded = payload && tryDecode(LoggedCrl, payload);
  if (signed === undefined || !decoded?.ok) return refused('submission-malformed');
  // Not the AID of CRLs: what is signed here can be shown as no list, and no list as this.
  if (signed.tbsData.value.headerInfo.psid !== profile.aid.management) return refused('crl-header');
  const named = onlyCertificate(signed.signer);
  const id = signed.signer.kind === 'digest' ? signed.signer.value : named && hashedId8(named);
  const listed = id && receiver().authority(id, nowMillis);
  if (listed === undefined || isRefused(listed)) return refused('crl-signer-not-listed');
  const isCra = scmsRoleOf(listed.certificate, profile.aid.management)?.kind === 'cra';
  if (!isCra || Buffer.compare(decoded.value.craca, hashedId8(listed.certificate)) !== 0)
    return refused('crl-signer-not-craca');
  if (!isSignedWith(signed, listed.certificate)) return refused('crl-signature');
  return [leafOf({ kind: 'crl', value: decoded.value })];
}
