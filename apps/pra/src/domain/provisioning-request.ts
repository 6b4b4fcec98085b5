/**
 * A device asks for pseudonym certificates: EeRaCertRequest signed with its enrolment certificate (YD/T 3957-2021 7.3,
 * IEEE 1609.2.1-2022 EeRaCertRequest). Read and judged here; whether the device is blocked or asked before, the tables say.
 */
import type { CaterpillarKeys } from '#crypto/butterfly.js';
import { isSm2PublicKey } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { sm2EncryptionPoint, verificationKeyOf } from '#credentials/certificate-facts.js';
import { compressedOf } from '#credentials/keys-on-the-wire.js';
import { periodAt, spanOf, WEEK_MILLIS } from '#credentials/period.js';
import { mayRequest, regionWithin } from '#credentials/permissions.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedRequest, isRequestSignedBy, onlyCertificate } from '#credentials/signed-data.js';
import type { LineIdentity } from '#edge/line-identity.js';
import type { EeRaCertRequest, SignedCertificateRequest } from '#wire/scms-pdu.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { knownDevice, type KnownDevice, type StandsUnder } from './enrolment-certificate.js';
import { notFresh } from './freshness.js';
import { publicFields, type PublicFields } from './public-fields.js';
import type { DeviceRefusal } from './refusal.js';

/** Certificates of one period (YD/T 3957-2021 7.3: 20 a week). */
export const KEYS_A_PERIOD = 20;

export interface ReadRequest {
  readonly device: KnownDevice;
  /** SM3 of the V2XSecData as the device encrypted it, 32 bytes; its last 8 name the request to the device. */
  readonly requestHash: Uint8Array;
  readonly content: EeRaCertRequest;
  readonly scmsVersion: number;
  readonly signed: SignedCertificateRequest;
}

/** What was asked for, once all of it is allowed. */
export interface GrantedRequest {
  readonly iMin: number;
  readonly iMax: number;
  readonly caterpillar: CaterpillarKeys;
  readonly fields: PublicFields;
}

/** The request in an opened message and the device that its one certificate names. */
export function readRequest(
  opened: Uint8Array,
  identity: LineIdentity,
  stands?: StandsUnder,
): ReadRequest | Refused<'malformed' | 'ec-chain' | 'ec-validity'> {
  const signed = asSignedRequest(opened);
  const certificate = signed && onlyCertificate(signed.signer);
  const pdu = signed?.tbsRequest.value;
  if (signed === undefined || certificate === undefined || pdu?.content.kind !== 'ee-ra') return refused('malformed');
  if (pdu.content.value.kind !== 'eeRaCertRequest') return refused('malformed');
  const device = knownDevice(certificate, identity, stands);
  if (isRefused(device)) return device;
  const content = pdu.content.value.value;
  return { device, requestHash: sm3(opened), content, scmsVersion: pdu.version, signed };
}

/** Whether the enrolment key signed the request (PR3: every field is under that signature). */
export function isSignedByItsDevice({ signed, device }: ReadRequest): boolean {
  const key = verificationKeyOf(device.certificate);
  return key !== undefined && isRequestSignedBy(signed, device.certificate, key);
}

export interface RequestLimits {
  readonly profile: Profile;
  readonly nowMillis: number;
  readonly maximumWeeks: number;
}

/** What the request grants, or the first reason why not; cheap checks first. */
export function judgeRequest(request: ReadRequest, limits: RequestLimits): GrantedRequest | Refused<DeviceRefusal> {
  const { content, device } = request;
  const { profile, nowMillis } = limits;
  if (content.version !== profile.scmsVersion || request.scmsVersion !== profile.scmsVersion)
    return refused('malformed');
  const late = notFresh(content.generationTime, nowMillis);
  if (late !== undefined) return late;
  if (content.type !== 'explicit') return refused('type');
  const enrolment = device.certificate.value.toBeSigned.value;
  const wrong = wrongFields(content.tbsCert, enrolment);
  if (wrong !== undefined) return wrong;
  const periods = periodsAsked(content.tbsCert, enrolment, limits);
  if (isRefused(periods)) return periods;
  const caterpillar = caterpillarOf(content);
  if (caterpillar === undefined) return refused('keys');
  const { appPermissions = [], region = enrolment.region } = content.tbsCert;
  return { ...periods, caterpillar, fields: publicFields(appPermissions, region) };
}

/** A pseudonym names nobody, issues nothing and asks for nothing; its permissions and region are the EC's at most (PR10). */
function wrongFields(tbs: ToBeSignedCertificate, enrolment: ToBeSignedCertificate): Refused<DeviceRefusal> | undefined {
  if (tbs.certRequestPermissions !== undefined) return refused('request-permissions');
  const isNameless = tbs.id.kind === 'none' || tbs.id.kind === 'linkageData';
  if (!isNameless || tbs.certIssuePermissions !== undefined || tbs.canRequestRollover !== undefined)
    return refused('other-field');
  if (tbs.encryptionKey !== undefined || tbs.assuranceLevel !== undefined) return refused('other-field');
  if (!arePermitted(tbs.appPermissions, enrolment)) return refused('app-permissions');
  return regionWithin(tbs.region, enrolment.region) ? undefined : refused('region');
}

/** At least one AID, each at most once (IEEE 1609.2-2022 6.4.8), all inside certRequestPermissions. */
function arePermitted(asked: ToBeSignedCertificate['appPermissions'], enrolment: ToBeSignedCertificate): boolean {
  if (asked === undefined || asked.length === 0) return false;
  const isDistinct = new Set(asked.map(({ psid }) => psid)).size === asked.length;
  return isDistinct && mayRequest(enrolment, asked);
}

/**
 * Whole weeks from the current period on, not more than allowed, and not beginning further ahead than that. Weeks that
 * begin after the enrolment certificate has ended are not granted.
 */
function periodsAsked(
  { validityPeriod }: ToBeSignedCertificate,
  enrolment: ToBeSignedCertificate,
  { profile, nowMillis, maximumWeeks }: RequestLimits,
): { iMin: number; iMax: number } | Refused<'validity'> {
  const { startMillis, endMillis } = spanOf(validityPeriod);
  const weeks = (endMillis - startMillis) / WEEK_MILLIS;
  const current = periodAt(profile.epochMillis, nowMillis);
  const iMin = periodAt(profile.epochMillis, startMillis);
  const isWhole = Number.isInteger(weeks) && weeks >= 1 && weeks <= maximumWeeks;
  if (!isWhole || iMin < current || iMin > current + maximumWeeks) return refused('validity');
  const last = periodAt(profile.epochMillis, spanOf(enrolment.validityPeriod).endMillis - 1);
  return iMin > last ? refused('validity') : { iMin, iMax: Math.min(iMin + weeks - 1, last) };
}

/** Original butterfly parameters with SM2 keys and SM4 expansion keys, the only form of this profile. */
function caterpillarOf({ tbsCert, additionalParams }: EeRaCertRequest): CaterpillarKeys | undefined {
  if (additionalParams?.kind !== 'original') return undefined;
  const { signingExpansion, encryptionKey, encryptionExpansion } = additionalParams.value;
  if (signingExpansion.kind !== 'sm4' || encryptionExpansion.kind !== 'sm4') return undefined;
  const indicator = tbsCert.verifyKeyIndicator;
  const isSm2 = indicator.kind === 'verificationKey' && indicator.value.kind === 'ecsigSm2';
  const signing = isSm2 ? compressedOf(indicator.value.value as Parameters<typeof compressedOf>[0]) : undefined;
  const encryption = sm2EncryptionPoint(encryptionKey);
  if (signing === undefined || encryption === undefined) return undefined;
  if (!isSm2PublicKey(signing) || !isSm2PublicKey(encryption)) return undefined;
  return {
    signingKey: signing,
    signingExpansion: signingExpansion.value,
    encryptionKey: encryption,
    encryptionExpansion: encryptionExpansion.value,
  };
}
