/** What an authority speaks with on its lines: its certificate, its two private keys where they are, its trust and clock. */
import type { Random } from '#crypto/random.js';
import type { Clock } from '#credentials/clock.js';
import { scmsRoleOf } from '#credentials/certificate-facts.js';
import type { Profile } from '#credentials/profile.js';
import type { Unwrap } from '#credentials/sealing.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { TrustStore } from '#credentials/trust-store.js';
import type { Certificate } from '#wire/secured-data.js';
import type { AuthorityRole } from './edge.js';

/** One certificate of an authority, with its two private keys where they are. */
export interface OwnCertificate {
  readonly signer: Signer;
  readonly unwrap: Unwrap;
}

/** `signer` and `unwrap` are of the certificate that counts now. */
export interface LineIdentity extends OwnCertificate {
  /**
   * Others of ours: former ones that are still valid, and one whose time comes. What is sealed for them is opened, and
   * whoever called one hears its answer.
   */
  readonly beside?: readonly OwnCertificate[];
  readonly profile: Profile;
  readonly trust: TrustStore;
  readonly clock: Clock;
  readonly random: Random;
}

/** All certificates of ours that others may address now; the one that counts first. */
export const ownCertificates = ({
  signer,
  unwrap,
  beside = [],
}: Pick<LineIdentity, 'signer' | 'unwrap' | 'beside'>): OwnCertificate[] => [{ signer, unwrap }, ...beside];

/** The names of our roles in ScmsSsp (YD/T 3957-2021): pseudonym and application RAs and CAs are `ra` and `aca` alike. */
const SCMS_KINDS: Record<AuthorityRole, string> = {
  ica: 'ica',
  aaa: 'dcm',
  eca: 'eca',
  pra: 'ra',
  pca: 'aca',
  la: 'la',
  ara: 'ra',
  aca: 'aca',
  ma: 'ma',
  cra: 'cra',
};

/** Whether a certificate may speak as this role: the kind of ScmsSsp that it carries under the management AID. */
export function speaksAs(certificate: Certificate, role: AuthorityRole, managementAid: number): boolean {
  return scmsRoleOf(certificate, managementAid)?.kind === SCMS_KINDS[role];
}
