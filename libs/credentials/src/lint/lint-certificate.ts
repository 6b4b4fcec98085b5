/** The rules of certificates, applied to one that exists and to one that is about to be signed. */
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { issuedBySelf, issuerIdOf } from '../certificate-facts.js';
import { certificateKindOf, type CertificateKind } from '../certificate-kind.js';
import type { Profile } from '../profile.js';
import type { Finding, Need, Rule } from './rule.js';
import { certificateRules } from './rules.js';
import { rulesFor, runRules } from './run-rules.js';
import type { CertificateSubject } from './subject.js';

export interface CertificateContext {
  readonly profile: Profile;
  /** The issuer's certificate: without it, what must lie inside the issuer's is not looked at. */
  readonly issuer?: Certificate | undefined;
  /** What it is; read off the certificate when absent. */
  readonly kind?: CertificateKind | undefined;
  /** The caller made or judged the keys by arithmetic: whether their points lie on the curve is not computed again. */
  readonly areKeysJudged?: boolean;
}

const selections = new Map<string, readonly Rule<CertificateSubject>[]>();

/** Which rules speak is the same for every certificate of a kind: chosen once. */
function selected(kind: CertificateKind, profile: Profile, hasIssuer: boolean, judged: boolean) {
  const key = `${kind} ${profile.name} ${String(hasIssuer)} ${String(judged)}`;
  const known = selections.get(key);
  if (known !== undefined) return known;
  const has = new Set<Need>([
    ...(hasIssuer ? (['issuer'] as const) : []),
    ...(judged ? [] : (['arithmetic'] as const)),
  ]);
  const rules = rulesFor(certificateRules, { kind, profile: profile.name, has });
  selections.set(key, rules);
  return rules;
}

/** The findings for a subject as it stands; the examples of the rules go through here too. */
export function lintCertificateSubject(subject: CertificateSubject, areKeysJudged = false): readonly Finding[] {
  const rules = selected(subject.kind, subject.profile, subject.issuer !== undefined, areKeysJudged);
  return runRules(rules, subject);
}

/** Everything that is wrong with a certificate by itself and, when its issuer is given, under it. Judges no signature. */
export function lintCertificate(certificate: Certificate, context: CertificateContext): readonly Finding[] {
  const { version, type, issuer, toBeSigned, signature } = certificate.value;
  const { profile } = context;
  const tbs = toBeSigned.value;
  const kind = context.kind ?? certificateKindOf(tbs, issuer, profile);
  return lintCertificateSubject(
    { kind, profile, version, type, issuerId: issuer, tbs, signature, issuer: context.issuer },
    context.areKeysJudged,
  );
}

/** As `lintCertificate`, for what will be signed: an explicit certificate under `issuer`, or under its own key. */
export function lintToBeSigned(
  tbs: ToBeSignedCertificate,
  issuer: Certificate | 'self',
  context: Omit<CertificateContext, 'issuer'>,
): readonly Finding[] {
  const { profile } = context;
  const issuerId = issuer === 'self' ? issuedBySelf : issuerIdOf(issuer);
  return lintCertificateSubject(
    {
      kind: context.kind ?? certificateKindOf(tbs, issuerId, profile),
      profile,
      version: 3,
      type: 'explicit',
      issuerId,
      tbs,
      signature: 'to-come',
      issuer: issuer === 'self' ? undefined : issuer,
    },
    context.areKeysJudged,
  );
}
