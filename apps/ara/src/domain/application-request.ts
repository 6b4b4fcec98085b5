/**
 * A device asks for a certificate of a key it made itself: EeRaCertRequest without butterfly, signed with its enrolment
 * certificate, and beside it a signature by the key to be certified (YD/T 3957-2021 7.4, IEEE 1609.2.1-2022 EeRaCertRequest).
 * Read and judged here; whether the device is blocked, or asked before, the tables say.
 */
import { tryDecode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { DEFAULT_SM2_ID, isSm2PublicKey, sm2Verify } from '#crypto/sm2.js';
import { sm2EncryptionPoint, verificationKeyOf } from '#credentials/certificate-facts.js';
import { compressedOf } from '#credentials/keys-on-the-wire.js';
import { spanOf, type Span } from '#credentials/period.js';
import { mayRequest, regionWithin } from '#credentials/permissions.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedRequest, isRequestSignedBy, onlyCertificate } from '#credentials/signed-data.js';
import { saysEmergency } from '#credentials/special-vehicle.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { ApplicationRequest, possessionInput } from '#edges/ee-ara/application.js';
import type { PsidSsp } from '#wire/base-types.js';
import type { EeRaCertRequest, SignedCertificateRequest } from '#wire/scms-pdu.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { knownDevice, notFresh, type KnownDevice } from './device-message.js';
import type { DeviceRefusal } from './refusal.js';

const ENVELOPE_VERSION = 1;
const HOUR_MILLIS = 3_600_000;
/** A device's clock may be a little ahead of ours; a certificate that begins later than this is one to hoard. */
const LATEST_START_MILLIS = HOUR_MILLIS;

export interface ReadApplication {
  readonly device: KnownDevice;
  /** SM3 of the V2XSecData inside the envelope, 32 bytes; its last 8 name the request to the device. */
  readonly requestHash: Uint8Array;
  readonly request: Uint8Array;
  readonly possession: Uint8Array;
  readonly content: EeRaCertRequest;
  readonly scmsVersion: number;
  readonly signed: SignedCertificateRequest;
}

/** What was asked for, once all of it is allowed. */
export interface GrantedApplication {
  /** 33 bytes each: the key to be certified, and the key for the answer. */
  readonly verificationKey: Uint8Array;
  readonly answerKey: Uint8Array;
  /** In the order of their AIDs. */
  readonly permissions: readonly PsidSsp[];
  readonly region: NonNullable<ToBeSignedCertificate['region']>;
  /** Whole hours of validity, from the moment it is certified. */
  readonly hours: number;
  /** End of the enrolment certificate, Unix milliseconds: no certificate that hangs on it lives longer. */
  readonly notAfterMillis: number;
}

/** The request in an opened message and the device that its one certificate names. */
export function readApplication(
  opened: Uint8Array,
  identity: LineIdentity,
): ReadApplication | Refused<'malformed' | 'ec-chain' | 'ec-validity'> {
  const envelope = tryDecode(ApplicationRequest, opened);
  if (!envelope.ok || envelope.value.version !== ENVELOPE_VERSION) return refused('malformed');
  const { request, possession } = envelope.value;
  const signed = asSignedRequest(request);
  const certificate = signed && onlyCertificate(signed.signer);
  const pdu = signed?.tbsRequest.value;
  if (signed === undefined || certificate === undefined || pdu?.content.kind !== 'ee-ra') return refused('malformed');
  if (pdu.content.value.kind !== 'eeRaCertRequest') return refused('malformed');
  const device = knownDevice(certificate, identity);
  if (isRefused(device)) return device;
  const content = pdu.content.value.value;
  return { device, requestHash: sm3(request), request, possession, content, scmsVersion: pdu.version, signed };
}

/** Whether the enrolment key signed the request (PR3: every field is under that signature). */
export function isSignedByItsDevice({ signed, device }: ReadApplication): boolean {
  const key = verificationKeyOf(device.certificate);
  return key !== undefined && isRequestSignedBy(signed, device.certificate, key);
}

export interface ApplicationLimits {
  readonly profile: Profile;
  readonly nowMillis: number;
  readonly applicationHours: number;
  readonly identityHours: number;
}

/** What the request grants, or the first reason why not; cheap checks first, the proof of possession last. */
export function judgeApplication(
  request: ReadApplication,
  limits: ApplicationLimits,
): GrantedApplication | Refused<DeviceRefusal> {
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
  const keys = keysOf(content);
  if (keys === undefined) return refused('keys');
  const { appPermissions = [], region } = content.tbsCert;
  const notAfterMillis = spanOf(enrolment.validityPeriod).endMillis;
  const longest = appPermissions.some(saysEmergency) ? limits.identityHours : limits.applicationHours;
  const hours = hoursAsked(spanOf(content.tbsCert.validityPeriod), { nowMillis, longest, notAfterMillis });
  if (hours === undefined || region === undefined) return refused(region === undefined ? 'region' : 'validity');
  if (!holdsItsKey(request, keys.verificationKey)) return refused('possession');
  const permissions = [...appPermissions].sort((a, b) => a.psid - b.psid);
  return { ...keys, permissions, region, hours, notAfterMillis };
}

/** PR6: the key to be certified signed the label and the hash of the very request that asks for it. */
const holdsItsKey = ({ request, possession }: ReadApplication, key: Uint8Array): boolean =>
  sm2Verify(key, DEFAULT_SM2_ID, possessionInput(request), possession);

/** Names nobody, issues nothing and asks for nothing; permissions and region are the enrolment certificate's at most (PR10). */
function wrongFields(tbs: ToBeSignedCertificate, enrolment: ToBeSignedCertificate): Refused<DeviceRefusal> | undefined {
  if (tbs.certRequestPermissions !== undefined) return refused('request-permissions');
  if (tbs.id.kind !== 'none' || tbs.certIssuePermissions !== undefined || tbs.canRequestRollover !== undefined)
    return refused('other-field');
  const isOnList = tbs.crlSeries !== 0 || tbs.cracaId.some((byte) => byte !== 0);
  if (isOnList || tbs.encryptionKey !== undefined || tbs.assuranceLevel !== undefined) return refused('other-field');
  if (!arePermitted(tbs.appPermissions, enrolment)) return refused('app-permissions');
  // Without one it would have the whole region of the ACA.
  if (tbs.region === undefined) return refused('region');
  return regionWithin(tbs.region, enrolment.region) ? undefined : refused('region');
}

/** At least one AID, each at most once (IEEE 1609.2-2022 6.4.8), all inside certRequestPermissions. */
function arePermitted(asked: ToBeSignedCertificate['appPermissions'], enrolment: ToBeSignedCertificate): boolean {
  if (asked === undefined || asked.length === 0) return false;
  const isDistinct = new Set(asked.map(({ psid }) => psid)).size === asked.length;
  return isDistinct && mayRequest(enrolment, asked);
}

/** What is asked for, at most what its kind may have, and no longer than the enrolment; `undefined` when nothing is left. */
function hoursAsked(
  { startMillis, endMillis }: Span,
  bounds: { nowMillis: number; longest: number; notAfterMillis: number },
): number | undefined {
  const { nowMillis, longest, notAfterMillis } = bounds;
  if (startMillis > nowMillis + LATEST_START_MILLIS) return undefined;
  const asked = Math.floor((endMillis - startMillis) / HOUR_MILLIS);
  const left = Math.floor((notAfterMillis - nowMillis) / HOUR_MILLIS);
  const hours = Math.min(asked, longest, left);
  return hours < 1 ? undefined : hours;
}

/** Two different SM2 keys: one to be certified, one to seal the answer to. */
function keysOf({
  tbsCert,
  additionalParams,
}: EeRaCertRequest): Pick<GrantedApplication, 'verificationKey' | 'answerKey'> | undefined {
  if (additionalParams?.kind !== 'encryptionKey') return undefined;
  const answerKey = sm2EncryptionPoint(additionalParams.value);
  const indicator = tbsCert.verifyKeyIndicator;
  const named = indicator.kind === 'verificationKey' ? indicator.value : undefined;
  const verificationKey = named?.kind === 'ecsigSm2' ? compressedOf(named.value) : undefined;
  if (answerKey === undefined || verificationKey === undefined || !isSm2PublicKey(verificationKey)) return undefined;
  // One key for two uses would let a decryption stand for a signature.
  return Buffer.compare(answerKey, verificationKey) === 0 ? undefined : { verificationKey, answerKey };
}
