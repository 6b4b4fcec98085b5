/** The door before every signature of a certificate, a CRL and a trust list: an error stops it. */
import type { CrlContents } from '#wire/crl.js';
import type { Certificate, HeaderInfo, ToBeSignedCertificate } from '#wire/secured-data.js';
import type { ToBeSignedPkiCtl, ToBeSignedRootCtl } from '#wire/trust-lists.js';
import type { CertificateKind } from '../certificate-kind.js';
import { ccsa, type Profile } from '../profile.js';
import { lintToBeSigned } from './lint-certificate.js';
import { lintCrl } from './lint-crl.js';
import { lintTdcl, lintTrcl } from './lint-list.js';
import type { Finding } from './rule.js';
import { errorsOf } from './run-rules.js';

/** What was not signed, and the rules that forbade it. */
export class LintError extends Error {
  override readonly name = 'LintError';
  constructor(
    what: string,
    readonly errors: readonly Finding[],
  ) {
    const [first] = errors;
    const rules = [...new Set(errors.map(({ rule }) => rule))].join(', ');
    super(`${what} is not signed: ${rules} (${first?.path ?? ''}: ${first?.message ?? ''})`);
  }
}

function requireClean(what: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const errors = errorsOf(findings);
  if (errors.length > 0) throw new LintError(what, errors);
}

export interface IssuedAs {
  readonly profile: Profile;
  /** What it is to be; read off the certificate when absent. */
  readonly kind?: CertificateKind | undefined;
  /** The keys were made or judged by arithmetic just now. */
  readonly areKeysJudged?: boolean;
}
export const AS_IT_SAYS: IssuedAs = { profile: ccsa };

/** Throws LintError when what is about to be signed under `issuer` breaks a rule of severity error (EN10, TL7, BI4). */
export function requireLintedCertificate(tbs: ToBeSignedCertificate, issuer: Certificate | 'self', as: IssuedAs): void {
  requireClean('the certificate', lintToBeSigned(tbs, issuer, as));
}

/** As `requireLintedCertificate`, for a CRL by `signer` under this header. */
export function requireLintedCrl(
  contents: CrlContents,
  by: { header: HeaderInfo; signer: Certificate; profile: Profile },
): void {
  requireClean('the revocation list', lintCrl(contents, by));
}

/** As `requireLintedCertificate`, for a list of roots by the TRCLA. */
export const requireLintedTrcl = (list: ToBeSignedRootCtl, trcla: Certificate): void =>
  requireClean('the TRCL', lintTrcl(list, { profile: ccsa, signer: trcla }));

/** As `requireLintedCertificate`, for the list of a domain's CAs by its root. */
export const requireLintedTdcl = (list: ToBeSignedPkiCtl, root: Certificate): void =>
  requireClean('the TDCL', lintTdcl(list, { profile: ccsa, signer: root }));
