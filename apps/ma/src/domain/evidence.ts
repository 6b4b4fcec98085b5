/**
 * The evidence of a report, checked by the MA for itself: messages that one pseudonym signed, each as of the moment it was
 * signed. What the reporter says of them counts for nothing here; the detectors run again on the signed bytes alone (RV2).
 */
import { encode } from '#coer/codec.js';
import { certificateHash, hashedId8, idKey } from '#credentials/certificate-facts.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import type { ListedAuthority, TrustStore } from '#credentials/trust-store.js';
import { verifyCertificate, type VerifySignature } from '#credentials/verify-certificate.js';
import type { GeoPoint } from '#detection/geo.js';
import { speaksAs } from '#edge/line-identity.js';
import type { ThreeDLocation } from '#wire/base-types.js';
import { TemplateAsr, type MisbehaviourReport } from '#wire/misbehaviour-report.js';
import type { Certificate, SignedData } from '#wire/secured-data.js';
import { millisFromTime64 } from '#wire/time.js';
import type { EvidenceRefusal } from './refusal.js';
import { FUTURE_MILLIS } from './reporter.js';

/** V2xPduStream type of a V2XSecData. */
const SECURED_DATA = 2;
/** Twice what an honest reporter sends; each message costs a signature check. */
const MOST_MESSAGES = 64;
const DAY_MILLIS = 86_400_000;
/** A report may be a window old, and the messages in it a day older. */
const OLDER_THAN_REPORT_DAYS = 1;

/**
 * Observations that one message can show (class 1 of ETSI TS 103 759), as target/observation: security, speed and
 * acceleration out of range. Every other one compares messages and needs two.
 */
const SHOWN_BY_ONE = (tgtId: number, obsId: number): boolean =>
  tgtId === 2 || (tgtId === 4 && obsId === 3) || (tgtId === 5 && obsId === 4);

export interface EvidenceRules {
  readonly profile: Profile;
  readonly trust: Pick<TrustStore, 'authority'>;
  readonly verify: VerifySignature;
  readonly nowMillis: number;
  readonly reportWindowDays: number;
}

export interface SignedMessage {
  readonly payload: Uint8Array;
  readonly generationTimeMillis: number;
  /** What the signed header says: the application, and a place where it names one. */
  readonly headerAid: number;
  readonly headerPlace: GeoPoint | undefined;
}

export interface Evidence {
  readonly accused: Accused;
  /** The PCA of the accused, as the lists know it. */
  readonly issuer: ListedAuthority;
  /** Every different message once. */
  readonly messages: readonly SignedMessage[];
  /** The report's content as it is kept: no time or place of the reporter, and nothing his own sensors saw. */
  readonly content: Uint8Array;
}

export interface Accused {
  readonly certificate: Certificate;
  readonly iCert: number;
  readonly linkageValue: Uint8Array;
}

interface Pdu {
  readonly signed: SignedData;
  readonly message: SignedMessage;
}

/** Whose misbehaviour the report's messages show, when all of them are genuine and of one signer. */
export function verifyEvidence(report: MisbehaviourReport, rules: EvidenceRules): Evidence | Refused<EvidenceRefusal> {
  const { content } = report.report;
  const form = refuseForm(report, rules.profile);
  if (form !== undefined) return form;
  const signed = readMessages(content.v2xPduEvidence.flatMap(({ v2xPdus }) => v2xPdus));
  if (isRefused(signed)) return signed;
  const certificate = accusedCertificate(content, signed);
  if (certificate === undefined) return refused('evidence-without-certificate');
  const issuer = issuerOf(certificate, rules);
  if (isRefused(issuer)) return issuer;
  const pdus = datedMessages(signed, certificate, rules);
  if (isRefused(pdus)) return pdus;
  const accused = accusedOf(certificate, issuer, rules);
  if (isRefused(accused)) return accused;
  if (!pdus.every((pdu) => isSignedWith(pdu.signed, certificate, rules.verify))) return refused('evidence-signature');
  return {
    accused,
    issuer,
    messages: pdus.map(({ message }) => message),
    content: encode(TemplateAsr, { ...content, nonV2xPduEvidence: [] }),
  };
}

function refuseForm(report: MisbehaviourReport, profile: Profile): Refused<EvidenceRefusal> | undefined {
  const { aid, content } = report.report;
  const { observations, v2xPduEvidence: streams } = content;
  if (aid !== profile.aid.bsm) return refused('evidence-aid');
  if (streams.some(({ type }) => type !== SECURED_DATA)) return refused('evidence-type');
  if (streams.some(({ v2xPdus, subjectPduIndex }) => subjectPduIndex >= v2xPdus.length))
    return refused('evidence-subject');
  const count = streams.reduce((sum, { v2xPdus }) => sum + v2xPdus.length, 0);
  if (count > MOST_MESSAGES) return refused('evidence-too-many');
  const needsTwo = observations.some(({ tgtId, observations: of }) =>
    of.some(({ obsId }) => !SHOWN_BY_ONE(tgtId, obsId)),
  );
  return needsTwo && count < 2 ? refused('evidence-too-few') : undefined;
}

/** Each different message once: a repeat is nobody's second deed. */
function readMessages(bytes: readonly Uint8Array[]): SignedData[] | Refused<EvidenceRefusal> {
  const different = new Map(bytes.map((one) => [Buffer.from(one).toString('latin1'), one]));
  const signed = [...different.values()].map(asSignedData);
  return signed.every((one) => one !== undefined) ? signed : refused('evidence-malformed');
}

function accusedCertificate(content: TemplateAsr, signed: readonly SignedData[]): Certificate | undefined {
  const beside = content.v2xPduEvidence.find(({ certificate }) => certificate !== undefined)?.certificate;
  return beside ?? signed.map(({ signer }) => onlyCertificate(signer)).find((one) => one !== undefined);
}

function isSigner({ signer }: SignedData, certificate: Certificate): boolean {
  if (signer.kind === 'digest') return Buffer.compare(signer.value, hashedId8(certificate)) === 0;
  const named = onlyCertificate(signer);
  return named !== undefined && Buffer.compare(certificateHash(named), certificateHash(certificate)) === 0;
}

function datedMessages(
  signed: readonly SignedData[],
  certificate: Certificate,
  rules: EvidenceRules,
): Pdu[] | Refused<EvidenceRefusal> {
  const pdus: Pdu[] = [];
  for (const one of signed) {
    const pdu = datedMessage(one, certificate, rules);
    if (isRefused(pdu)) return pdu;
    pdus.push(pdu);
  }
  return pdus;
}

/**
 * One message as of the moment it was signed: certificates end, evidence does not. An application or a time that the
 * certificate does not give is no reason to refuse: it is what the message proves (contradictions.ts).
 */
function datedMessage(
  signed: SignedData,
  certificate: Certificate,
  { nowMillis, reportWindowDays }: EvidenceRules,
): Pdu | Refused<EvidenceRefusal> {
  const payload = signedPayload(signed);
  const { psid: headerAid, generationTime, generationLocation } = signed.tbsData.value.headerInfo;
  if (payload === undefined) return refused('evidence-malformed');
  if (!isSigner(signed, certificate)) return refused('evidence-of-several-signers');
  if (generationTime === undefined) return refused('evidence-without-time');
  const generationTimeMillis = millisFromTime64(generationTime);
  if (generationTimeMillis > nowMillis + FUTURE_MILLIS) return refused('evidence-from-the-future');
  if (generationTimeMillis < nowMillis - (reportWindowDays + OLDER_THAN_REPORT_DAYS) * DAY_MILLIS)
    return refused('evidence-too-old');
  const headerPlace = placeOf(generationLocation);
  return { signed, message: { payload, generationTimeMillis, headerAid, headerPlace } };
}

const UNKNOWN_LATITUDE = 900_000_001;
const UNKNOWN_LONGITUDE = 1_800_000_001;

function placeOf(location: ThreeDLocation | undefined): GeoPoint | undefined {
  if (location === undefined) return undefined;
  const { latitude, longitude } = location;
  if (latitude === UNKNOWN_LATITUDE || longitude === UNKNOWN_LONGITUDE) return undefined;
  return { latitudeDegrees: latitude / 1e7, longitudeDegrees: longitude / 1e7 };
}

function issuerOf(
  certificate: Certificate,
  { trust, nowMillis, profile }: EvidenceRules,
): ListedAuthority | Refused<EvidenceRefusal> {
  const named = certificate.value.issuer;
  const issuer = named.kind === 'sm3AndDigest' ? trust.authority(named.value, nowMillis) : undefined;
  if (issuer === undefined || isRefused(issuer)) return refused('accused-issuer-not-listed');
  return speaksAs(issuer.certificate, 'pca', profile.aid.management) ? issuer : refused('accused-issuer-not-pca');
}

function accusedOf(
  certificate: Certificate,
  issuer: ListedAuthority,
  { verify }: EvidenceRules,
): Accused | Refused<EvidenceRefusal> {
  const { id } = certificate.value.toBeSigned.value;
  if (id.kind !== 'linkageData') return refused('accused-not-pseudonym');
  if (isRefused(verifyCertificate(certificate, issuer.certificate, verify))) return refused('accused-chain');
  return { certificate, iCert: id.value.iCert, linkageValue: id.value['linkage-value'] };
}

/** Nobody proves anything against another with what he signed himself. */
export const isOwnMessage = (reporter: Certificate, accused: Certificate): boolean =>
  idKey(certificateHash(reporter)) === idKey(certificateHash(accused));
