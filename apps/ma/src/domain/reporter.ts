/**
 * Who reports: somebody with a pseudonym of this domain that may report, signed by him, fresh. Nothing else is asked, and
 * nothing of the pseudonym leaves this file but the question whether it is the accused's own.
 */
import { encode, tryDecode } from '#coer/codec.js';
import { appPermission } from '#credentials/certificate-facts.js';
import { isValidAt } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { RevocationStanding } from '#credentials/revocation-check.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import type { ListedAuthority, TrustStore } from '#credentials/trust-store.js';
import { verifyCertificate, type VerifySignature } from '#credentials/verify-certificate.js';
import { speaksAs } from '#edge/line-identity.js';
import { openSealedForOwn, type Opener } from '#edge/own-sealed.js';
import { MisbehaviourReport, MisbehaviourReportData } from '#wire/misbehaviour-report.js';
import { V2XSecData, type Certificate, type SignedData } from '#wire/secured-data.js';
import { millisFromTime64 } from '#wire/time.js';
import type { ReporterRefusal } from './refusal.js';

const REPORT_VERSION = 1;
const DAY_MILLIS = 86_400_000;
/** misbehaviour intake: a reporter's clock may run ahead by five minutes. */
export const FUTURE_MILLIS = 300_000;

export interface ReporterRules {
  readonly profile: Profile;
  readonly trust: Pick<TrustStore, 'authority' | 'sameDomain'>;
  /** This MA, as the lists know it. */
  readonly self: ListedAuthority;
  /** Our certificates, for one of which the report must be sealed. */
  readonly opener: Opener;
  readonly verify: VerifySignature;
  readonly nowMillis: number;
  readonly reportWindowDays: number;
  readonly maximumReportBytes: number;
  /** Asked last but the signature, since it may have to fetch a list. */
  readonly standing: (certificate: Certificate) => Promise<RevocationStanding>;
}

export interface OpenedReport {
  readonly report: MisbehaviourReport;
  readonly reporter: Certificate;
}

/** No list of revoked certificates could be had: nothing is wrong with the report, it is looked at again later. */
export interface Waiting {
  readonly kind: 'waiting';
}
export const waiting: Waiting = { kind: 'waiting' };

/** Opens a MisbehaviourReportData that was sealed to this MA and judges its signer. */
export async function openReport(
  body: Uint8Array,
  rules: ReporterRules,
): Promise<OpenedReport | Waiting | Refused<ReporterRefusal>> {
  if (body.length > rules.maximumReportBytes) return refused('report-too-large');
  const signed = await openBody(body, rules);
  if (isRefused(signed)) return signed;
  const reporter = onlyCertificate(signed.signer);
  if (reporter === undefined) return refused('report-signer-form');
  const report = readReport(signed, rules.profile);
  if (isRefused(report)) return report;
  const early = refuseTimes(report, reporter, rules) ?? refuseReporter(reporter, rules);
  if (early !== undefined) return early;
  const standing = await rules.standing(reporter);
  if (standing === 'revoked') return refused('reporter-revoked');
  if (standing === 'no-crl') return waiting;
  return isSignedWith(signed, reporter, rules.verify) ? { report, reporter } : refused('report-signature');
}

async function openBody(body: Uint8Array, rules: ReporterRules): Promise<SignedData | Refused<ReporterRefusal>> {
  const data = tryDecode(MisbehaviourReportData, body);
  if (!data.ok || data.value.version !== REPORT_VERSION || data.value.content.kind !== 'sTE')
    return refused('report-malformed');
  const sealed = encode(V2XSecData, data.value.content.value);
  const opened = await openSealedForOwn(sealed, rules.opener);
  if (opened === undefined) return refused('report-not-sealed-to-us');
  return asSignedData(opened) ?? refused('report-not-signed');
}

/** The header names the application and nothing else (SAE J3287): a time or place in it would say more of the reporter. */
function readReport(signed: SignedData, profile: Profile): MisbehaviourReport | Refused<ReporterRefusal> {
  const { psid, ...rest } = signed.tbsData.value.headerInfo;
  if (psid !== profile.aid.misbehaviour) return refused('report-aid');
  if (Object.values(rest).some((field) => field !== undefined)) return refused('report-header');
  const payload = signedPayload(signed);
  const report = payload && tryDecode(MisbehaviourReport, payload);
  return report?.ok ? report.value : refused('report-malformed');
}

function refuseTimes(
  report: MisbehaviourReport,
  reporter: Certificate,
  { nowMillis, reportWindowDays }: ReporterRules,
): Refused<ReporterRefusal> | undefined {
  const generated = millisFromTime64(report.generationTime);
  if (generated > nowMillis + FUTURE_MILLIS) return refused('report-from-the-future');
  if (generated < nowMillis - reportWindowDays * DAY_MILLIS) return refused('report-too-old');
  const { validityPeriod } = reporter.value.toBeSigned.value;
  return isValidAt(validityPeriod, generated) ? undefined : refused('reporter-outside-validity');
}

function refuseReporter(reporter: Certificate, rules: ReporterRules): Refused<ReporterRefusal> | undefined {
  const { profile, trust, self, nowMillis, verify } = rules;
  if (appPermission(reporter, profile.aid.misbehaviour) === undefined) return refused('reporter-not-permitted');
  const named = reporter.value.issuer;
  const issuer = named.kind === 'sm3AndDigest' ? trust.authority(named.value, nowMillis) : undefined;
  if (issuer === undefined || isRefused(issuer)) return refused('reporter-issuer-not-listed');
  if (!speaksAs(issuer.certificate, 'pca', profile.aid.management)) return refused('reporter-issuer-not-pca');
  if (!trust.sameDomain(issuer, self)) return refused('reporter-of-another-domain');
  return isRefused(verifyCertificate(reporter, issuer.certificate, verify)) ? refused('reporter-chain') : undefined;
}
