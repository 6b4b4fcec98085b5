/** What the linter says of a decoded file: of itself, and of the certificates it carries, each under its path. */
import type { Codec } from '#coer/codec.js';
import { certificatesIn, subjectOf, type Subject } from '#credentials/explain/subject.js';
import { certificateKindOf, type CertificateKind } from '#credentials/certificate-kind.js';
import { idKey } from '#credentials/certificate-facts.js';
import { lintCertificate } from '#credentials/lint/lint-certificate.js';
import { lintCrl, lintSecuredCrl } from '#credentials/lint/lint-crl.js';
import { lintTdcl, lintTrcl } from '#credentials/lint/lint-list.js';
import { lintSpdu } from '#credentials/lint/lint-spdu.js';
import type { Finding } from '#credentials/lint/rule.js';
import type { Profile } from '#credentials/profile.js';
import { CrlContents } from '#wire/crl.js';
import type { Certificate, SignedData } from '#wire/secured-data.js';
import { certificateId } from '../inspect/certificate-id.js';

export interface Linted {
  readonly kind: 'linted';
  /** A kind of certificate such as `pca`, or `crl`, `trcl`, `tdcl`, `ctl`, `spdu`, `several`. */
  readonly what: string;
  readonly findings: readonly Finding[];
}
export type LintOutcome = Linted | { readonly kind: 'nothing'; readonly why: string };

export interface LintQuestion {
  readonly profile: Profile;
  /** What a certificate is; read off it when absent. */
  readonly kind?: CertificateKind | undefined;
  /** Certificates that may be the issuers of others, by HashedId8 in hex. */
  readonly issuers: ReadonlyMap<string, Certificate>;
}

/** Certificates by their identifiers, each under the hash of its own key; one whose hash is not computed here is left out. */
export const byIdentifier = (certificates: readonly Certificate[]): ReadonlyMap<string, Certificate> =>
  new Map(
    certificates.flatMap((certificate) => {
      const id = certificateId(certificate);
      return id === undefined ? [] : [[idKey(id.hashedId8), certificate]];
    }),
  );

export const certificatesOf = (codec: Codec<unknown>, bytes: Uint8Array): readonly Certificate[] =>
  certificatesIn(subjectOf(codec, bytes));

/** Lints the value that `bytes` hold. */
export function lintBytes(
  decoded: { codec: Codec<unknown>; value: unknown; bytes: Uint8Array },
  question: LintQuestion,
): LintOutcome {
  if (decoded.codec === CrlContents) return linted('crl', lintCrl(decoded.value as CrlContents, question));
  return lintOne(subjectOf(decoded.codec, decoded.bytes), question);
}

const linted = (what: string, findings: readonly Finding[]): Linted => ({ kind: 'linted', what, findings });

function lintOne(subject: Subject, question: LintQuestion): LintOutcome {
  const { profile } = question;
  switch (subject.kind) {
    case 'certificate':
      return linted(kindOf(subject.certificate, question), lintOfCertificate(subject.certificate, question));
    case 'signed':
      return lintSigned(subject.signed, subject.protocolVersion, question);
    case 'trcl': {
      const list = subject.list.toBeSignedRootCtl.value;
      return linted('trcl', [...lintTrcl(list, { profile }), ...carried(subject, question, 'certificate')]);
    }
    case 'tdcl': {
      const list = subject.list.toBeSignedPkiCtl.value;
      return linted('tdcl', [...lintTdcl(list, { profile }), ...carried(subject, question, 'certificate')]);
    }
    case 'ctl':
      return linted('ctl', carried(subject, question, 'certificate'));
    case 'request':
      return { kind: 'nothing', why: 'a request is no certificate yet; there is nothing to lint' };
    case 'several': {
      const parts = subject.parts.map(({ label, subject: part }) => ({ label, outcome: lintOne(part, question) }));
      const findings = parts.flatMap(({ label, outcome }) =>
        outcome.kind === 'linted' ? under(label, outcome.findings) : [],
      );
      return linted('several', findings);
    }
    case 'nothing':
      return { kind: 'nothing', why: subject.why };
  }
}

const kindOf = ({ value }: Certificate, { kind, profile }: LintQuestion): CertificateKind =>
  kind ?? certificateKindOf(value.toBeSigned.value, value.issuer, profile);

function lintOfCertificate(certificate: Certificate, { profile, kind, issuers }: LintQuestion): readonly Finding[] {
  const named = certificate.value.issuer;
  const issuer = named.kind === 'self' ? undefined : issuers.get(idKey(named.value));
  return lintCertificate(certificate, { profile, kind, issuer });
}

const under = (place: string, findings: readonly Finding[]): Finding[] =>
  findings.map((finding) => ({ ...finding, path: `${place}: ${finding.path}` }));

/** The findings of the certificates inside something else, whose kind the question does not say. */
function carried(subject: Subject, question: LintQuestion, place: string): Finding[] {
  return certificatesIn(subject).flatMap((certificate, n) =>
    under(`${place} ${n + 1}`, lintOfCertificate(certificate, { ...question, kind: undefined })),
  );
}

function lintSigned(signed: SignedData, protocolVersion: number, question: LintQuestion): LintOutcome {
  const { profile, issuers } = question;
  const inside = carried({ kind: 'signed', signed, protocolVersion }, question, 'signer');
  const named = signed.signer.kind === 'digest' ? issuers.get(idKey(signed.signer.value)) : undefined;
  const crl = lintSecuredCrl(signed, { profile, signer: named });
  // A payload that reads as a CRL by chance was not signed as one.
  if (crl !== undefined && signed.tbsData.value.headerInfo.psid === profile.aid.crl)
    return linted('crl', [...crl, ...inside]);
  return linted('spdu', [...lintSpdu(signed, { profile, protocolVersion, certificate: named }), ...inside]);
}
