/**
 * Judges a certificate as it stands in a table, without trust in what wrote it (BI15): by itself, under the certificates of
 * ours, and against the intent that stands beside it (BI16). Pure; shared by the checks of all who issue to devices.
 */
import { encodeAfresh, tryDecode } from '#coer/codec.js';
import { sm2VerifierFor } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { Certificate, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import { hashedId8, idKey, verificationKeyOf } from './certificate-facts.js';
import { lintCertificate } from './lint/lint-certificate.js';
import { errorsOf } from './lint/run-rules.js';
import { spanOf } from './period.js';
import type { Profile } from './profile.js';
import { isRefused } from './refusal.js';
import { verifyCertificate, type VerifySignature } from './verify-certificate.js';

export type StoredFaultKind =
  'unreadable' | 'unknown-field' | 'hash-differs' | 'issuer-unknown' | 'not-valid' | 'lint' | 'has-ca-rights';
export type IntentFaultKind = 'tbs-differs' | 'key-differs' | 'validity-differs' | 'not-of-its-time';

export interface Fault<K extends string = StoredFaultKind> {
  readonly kind: K;
  /** Which rule or reason, in words of closed sets. */
  readonly why?: string;
}

export interface KnownIssuer {
  readonly certificate: Certificate;
  /** Checks its signatures; with a table of its key. */
  readonly verify: VerifySignature;
}

export interface JudgingNeeds {
  readonly profile: Profile;
  /** Our own certificates, and those that were ours: what none of them signed is not ours. */
  readonly issuers: readonly KnownIssuer[];
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** An issuer with a table of its key. Throws for a certificate without an SM2 key. */
export function knownIssuer(certificate: Certificate): KnownIssuer {
  const key = verificationKeyOf(certificate);
  if (key === undefined) throw new Error('the own certificate has no SM2 key');
  const verify = sm2VerifierFor(key);
  return {
    certificate,
    verify: (of, id, message, signature) => same(of, key) && verify(id, message, signature),
  };
}

/**
 * What is wrong with the stored bytes of a certificate of this kind, and the certificate when they are one. `hash` is the
 * 32-byte SM3 that stands beside them; `undefined`, as any other, is a difference.
 */
export function judgeStoredCertificate(
  bytes: Uint8Array,
  hash: Uint8Array | undefined,
  { profile, issuers, kind }: JudgingNeeds & { readonly kind: 'pc' | 'ec' | 'ac' | 'identity' },
): { readonly faults: readonly Fault[]; readonly certificate: Certificate | undefined } {
  const faults: Fault[] = [];
  if (hash === undefined || !same(sm3(bytes), hash)) faults.push({ kind: 'hash-differs' });
  const decoded = tryDecode(Certificate, bytes);
  if (!decoded.ok) return { faults: [...faults, { kind: 'unreadable' }], certificate: undefined };
  const certificate = decoded.value;
  // Reading skips additions of other editions: only what we would write ourselves is taken.
  if (!same(encodeAfresh(Certificate, certificate), bytes)) faults.push({ kind: 'unknown-field' });
  const { issuer: named, toBeSigned } = certificate.value;
  const issuer = issuers.find(
    (one) => named.kind === 'sm3AndDigest' && idKey(named.value) === idKey(hashedId8(one.certificate)),
  );
  const about = { profile, kind, issuer: issuer?.certificate };
  for (const { rule } of errorsOf(lintCertificate(certificate, about))) faults.push({ kind: 'lint', why: rule });
  if (issuer === undefined) faults.push({ kind: 'issuer-unknown' });
  else {
    const verdict = verifyCertificate(certificate, issuer.certificate, issuer.verify);
    if (isRefused(verdict)) faults.push({ kind: 'not-valid', why: verdict.reason });
  }
  if (hasRights(toBeSigned.value, kind === 'ec')) faults.push({ kind: 'has-ca-rights' });
  return { faults, certificate };
}

/** No device issues; only one with an enrolment certificate asks for others. */
const hasRights = (tbs: ToBeSignedCertificate, mayRequest: boolean): boolean =>
  [
    tbs.certIssuePermissions,
    tbs.certIssueExtensions,
    ...(mayRequest ? [] : [tbs.certRequestPermissions, tbs.certRequestExtension]),
  ].some((right) => right !== undefined);

/** The intent that stands in one row with its certificate. */
export interface RowIntent {
  /** An encoded ToBeSignedCertificate. */
  readonly tbs: Uint8Array;
  /** SM3 of the certified key, 32 bytes. */
  readonly keyHash: Uint8Array;
  /** Unix milliseconds. */
  readonly createdMillis: number;
  readonly expiresMillis: number;
}

/** How far the beginning of a certificate may lie from its intent, either way. */
export interface NearIntent {
  readonly beforeMillis: number;
  readonly afterMillis: number;
}

/** Whether a certificate is the one that was meant, and begins near to when it was (BI15). */
export function judgeRowIntent(
  certificate: Certificate,
  { tbs, keyHash, createdMillis, expiresMillis }: RowIntent,
  { beforeMillis, afterMillis }: NearIntent,
): Fault<IntentFaultKind>[] {
  const faults: Fault<IntentFaultKind>[] = [];
  const { toBeSigned } = certificate.value;
  const { validityPeriod } = toBeSigned.value;
  if (!same(toBeSigned.bytes, tbs)) faults.push({ kind: 'tbs-differs' });
  const key = verificationKeyOf(certificate);
  if (key === undefined || !same(sm3(key), keyHash)) faults.push({ kind: 'key-differs' });
  if (spanOf(validityPeriod).endMillis !== expiresMillis) faults.push({ kind: 'validity-differs' });
  const start = millisFromTime32(validityPeriod.start);
  if (start < createdMillis - beforeMillis || start > createdMillis + afterMillis)
    faults.push({ kind: 'not-of-its-time' });
  return faults;
}
