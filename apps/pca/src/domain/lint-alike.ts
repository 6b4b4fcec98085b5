/**
 * Lints the very bytes that will be signed (BI4). Those that differ from bytes already linted in linkage value and key alone
 * are asked the rules that look at these; every other rule has seen all that it looks at.
 */
import { decode } from '#coer/codec.js';
import { alikeOutside, pointAt, type Place } from '#credentials/alike.js';
import { issuerIdOf } from '#credentials/certificate-facts.js';
import { keyIsNotTheIssuers } from '#credentials/lint/certificate/key-is-not-the-issuers.js';
import { linkageValueIsNotZero } from '#credentials/lint/certificate/linkage-value-is-not-zero.js';
import { verificationKeyHasY } from '#credentials/lint/certificate/verification-key-has-y.js';
import { verificationKeyIsCompressed } from '#credentials/lint/certificate/verification-key-is-compressed.js';
import { LintError, requireLintedCertificate } from '#credentials/lint/before-signing.js';
import { errorsOf, runRules } from '#credentials/lint/run-rules.js';
import type { CertificateSubject } from '#credentials/lint/subject.js';
import type { Profile } from '#credentials/profile.js';
import { sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { ToBeSignedCertificate, type Certificate } from '#wire/secured-data.js';
import { placesIn } from './pseudonym-tbs.js';

/** The rules that look at the linkage value or the key; that the points lie on the curve is known, they were computed. */
export const RULES_OF_EACH = [
  linkageValueIsNotZero,
  keyIsNotTheIssuers,
  verificationKeyHasY,
  verificationKeyIsCompressed,
] as const;

interface LintedForm {
  readonly bytes: Uint8Array;
  readonly tbs: ToBeSignedCertificate;
  readonly lv: Place;
  readonly key: Place;
  readonly isAlike: (one: Uint8Array, other: Uint8Array) => boolean;
}

/** Throws LintError for encoded to-be-signed bytes that break a rule of severity error, by themselves or under the issuer. */
export function alikeLinter(issuer: Certificate, profile: Profile): (tbsBytes: Uint8Array) => void {
  const forms: LintedForm[] = [];
  return (bytes) => {
    const form = forms.find((one) => one.isAlike(bytes, one.bytes));
    const subject = form && subjectOf(bytes, form, { issuer, profile });
    if (subject !== undefined) requireEach(subject);
    else forms.push(lintedInFull(bytes, issuer, profile));
  };
}

function lintedInFull(bytes: Uint8Array, issuer: Certificate, profile: Profile): LintedForm {
  const tbs = decode(ToBeSignedCertificate, bytes);
  requireLintedCertificate(tbs, issuer, { profile, kind: 'pc', areKeysJudged: true });
  const { lv, key } = placesIn(bytes, tbs);
  return { bytes, tbs, lv, key, isAlike: alikeOutside([lv, key]) };
}

function subjectOf(
  bytes: Uint8Array,
  { tbs: { id, ...tbs }, lv, key }: LintedForm,
  { issuer, profile }: { issuer: Certificate; profile: Profile },
): CertificateSubject | undefined {
  const point = pointAt(bytes, key);
  if (point === undefined || id.kind !== 'linkageData') return undefined;
  const value = { ...id.value, 'linkage-value': bytes.subarray(lv.at, lv.at + lv.length) };
  return {
    kind: 'pc',
    profile,
    version: 3,
    type: 'explicit',
    issuerId: issuerIdOf(issuer),
    signature: 'to-come',
    issuer,
    tbs: {
      ...tbs,
      id: { kind: 'linkageData', value },
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(point) },
    },
  };
}

function requireEach(subject: CertificateSubject): void {
  const errors = errorsOf(runRules(RULES_OF_EACH, subject));
  if (errors.length > 0) throw new LintError('the certificate', errors);
}
