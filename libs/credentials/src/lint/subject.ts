/** What the rules look at: a certificate, a CRL, a trust list or a signed message, decoded once and never encoded again. */
import type { Signature } from '#wire/base-types.js';
import type { CrlContents } from '#wire/crl.js';
import type {
  Certificate,
  HeaderInfo,
  IssuerIdentifier,
  SignedData,
  ToBeSignedCertificate,
} from '#wire/secured-data.js';
import type { CertificateKind } from '../certificate-kind.js';
import type { Profile } from '../profile.js';
import type { Rule } from './rule.js';

export interface CertificateSubject {
  readonly kind: CertificateKind;
  readonly profile: Profile;
  readonly version: number;
  readonly type: 'explicit' | 'implicit';
  readonly issuerId: IssuerIdentifier;
  readonly tbs: ToBeSignedCertificate;
  /** `to-come` before the signature: what will be made is right by construction. */
  readonly signature: Signature | 'to-come' | undefined;
  readonly issuer: Certificate | undefined;
}

export interface CrlSubject {
  readonly profile: Profile;
  readonly contents: CrlContents;
  /** Of the signed list; absent for contents alone. */
  readonly header: HeaderInfo | undefined;
  readonly signer: Certificate | undefined;
}

export interface ListEntry {
  readonly path: string;
  readonly certificate: Certificate;
  readonly urls: readonly string[];
}

/** `trcl`: RootCtl, the trusted roots; `tdcl`: PkiCtl, the CAs of one root's domain. */
export interface ListSubject {
  readonly kind: 'trcl' | 'tdcl';
  readonly profile: Profile;
  readonly version: number;
  readonly issuer: IssuerIdentifier;
  /** Time32. */
  readonly issueDate: number;
  readonly nextUpdate: number;
  readonly entries: readonly ListEntry[];
  readonly signer: Certificate | undefined;
}

export interface SpduSubject {
  readonly profile: Profile;
  readonly protocolVersion: number;
  readonly signed: SignedData;
  /** The signer's own, when the message carries it. */
  readonly certificate: Certificate | undefined;
}

/** These say nothing but their types: a rule is a plain object. */
export const certificateRule = (rule: Rule<CertificateSubject>): Rule<CertificateSubject> => rule;
export const crlRule = (rule: Rule<CrlSubject>): Rule<CrlSubject> => rule;
export const listRule = (rule: Rule<ListSubject>): Rule<ListSubject> => rule;
export const spduRule = (rule: Rule<SpduSubject>): Rule<SpduSubject> => rule;
