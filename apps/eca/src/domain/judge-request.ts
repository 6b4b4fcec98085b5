/**
 * EeEcaCertRequest: what a device may ask of its ECA, and whether it holds the key it asks for (YD/T 3957-2021 7.1;
 * IEEE 1609.2.1-2022 6.3.5). Cheap checks first, the signature last.
 */
import { encode } from '#coer/codec.js';
import { isSm2PublicKey } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { sm2EncryptionPoint } from '#credentials/certificate-facts.js';
import { compressedOf } from '#credentials/keys-on-the-wire.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { asSignedRequest, isRequestSignedBy } from '#credentials/signed-data.js';
import { PsidSsp } from '#wire/base-types.js';
import type { EeEcaCertRequest, SignedCertificateRequest } from '#wire/scms-pdu.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import type { PsidGroupPermissions, ToBeSignedCertificate } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import { refuse, type RequestRefusal } from './refusal.js';

const OLDEST_MILLIS = 5 * 60_000;
/** Clocks of real certificates differ by the leap seconds. */
const FUTURE_MILLIS = 5_000;
const MOST_AIDS = 32;
const SSP_VERSION = 1;

export interface AskedEnrolment {
  /** SM3 of the whole V2XSecData as received, 32 bytes; the one name of this request. */
  readonly requestHash: Uint8Array;
  /** 33 bytes each. */
  readonly verificationKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
  /** The AIDs the device wants to ask certificates for; 1 … 32, each once. */
  readonly aids: readonly number[];
}

/** The one appPermissions of an enrolment certificate: an end entity of the SCMS. */
export const endEntityPermissions = (profile: Profile): PsidSsp[] => [
  {
    psid: profile.aid.management,
    ssp: { kind: 'opaque', value: encode(ScmsSsp, { kind: 'ee', value: { version: SSP_VERSION } }) },
  },
];

/** What is asked, of encoded V2XSecData bytes; its time is compared with `nowMillis` unless it was taken before, when it was fresh. */
export function judgeRequest(
  bytes: Uint8Array,
  rules: { profile: Profile; nowMillis: number; wasTaken?: boolean },
): AskedEnrolment | Refused<RequestRefusal> {
  const signed = asSignedRequest(bytes);
  const request = signed && enrolmentRequestIn(signed);
  if (signed === undefined || request === undefined) return refuse('request-malformed');
  const { scmsVersion } = rules.profile;
  if (signed.tbsRequest.value.version !== scmsVersion || request.version !== scmsVersion)
    return refuse('request-version');
  const late = rules.wasTaken === true ? undefined : judgeTime(request.generationTime, rules.nowMillis);
  const wrong = late ?? judgeForm(request, rules.profile);
  if (wrong !== undefined) return wrong;
  const aids = requestedAids(request.tbsCert.certRequestPermissions);
  if (aids === undefined) return refuse('request-permissions');
  const keys = requestedKeys(request.tbsCert);
  if (isRefused(keys)) return keys;
  const holdsKey = isRequestSignedBy(signed, 'self', keys.verificationKey);
  return holdsKey ? { requestHash: sm3(bytes), ...keys, aids } : refuse('request-signature');
}

/** Enrolment is signed by the key it asks for, and by nothing else (`self`). */
function enrolmentRequestIn({ signer, tbsRequest }: SignedCertificateRequest): EeEcaCertRequest | undefined {
  const { content } = tbsRequest.value;
  if (signer.kind !== 'self' || content.kind !== 'eca-ee' || content.value.kind !== 'eeEcaCertRequest')
    return undefined;
  return content.value.value;
}

function judgeTime(generationTime: number, nowMillis: number): Refused<RequestRefusal> | undefined {
  const made = millisFromTime32(generationTime);
  if (made > nowMillis + FUTURE_MILLIS) return refuse('request-from-the-future');
  return made < nowMillis - OLDEST_MILLIS ? refuse('request-too-old') : undefined;
}

/** Fields that the ECA decides carry what the standard says a request carries; validity and region are wishes. */
function judgeForm(
  { type, tbsCert, canonicalId }: EeEcaCertRequest,
  profile: Profile,
): Refused<RequestRefusal> | undefined {
  if (type !== 'explicit') return refuse('certificate-type');
  const isPlain =
    canonicalId === undefined &&
    tbsCert.id.kind === 'none' &&
    tbsCert.cracaId.every((byte) => byte === 0) &&
    tbsCert.crlSeries === 0 &&
    tbsCert.assuranceLevel === undefined &&
    tbsCert.certIssuePermissions === undefined &&
    tbsCert.canRequestRollover === undefined;
  if (!isPlain) return refuse('certificate-fields');
  return isEndEntity(tbsCert.appPermissions, profile) ? undefined : refuse('app-permissions');
}

function isEndEntity(asked: readonly PsidSsp[] | undefined, profile: Profile): boolean {
  const [only, ...more] = asked ?? [];
  const [expected] = endEntityPermissions(profile);
  if (only === undefined || expected === undefined || more.length > 0) return false;
  return Buffer.compare(encode(PsidSsp, only), encode(PsidSsp, expected)) === 0;
}

/** The AIDs named, in their order; `undefined` unless every group names AIDs, each once, for one step and applications. */
function requestedAids(groups: readonly PsidGroupPermissions[] | undefined): number[] | undefined {
  if (groups === undefined || !groups.every(isForApplications)) return undefined;
  const ranges = groups.flatMap(({ subjectPermissions }) =>
    subjectPermissions.kind === 'explicit' ? subjectPermissions.value : [],
  );
  const aids = ranges.map(({ psid }) => psid);
  const isPlain = ranges.every(({ sspRange }) => sspRange === undefined || sspRange.kind === 'all');
  const isCounted = aids.length >= 1 && aids.length <= MOST_AIDS && new Set(aids).size === aids.length;
  return isPlain && isCounted ? aids : undefined;
}

function isForApplications(group: PsidGroupPermissions): boolean {
  const { subjectPermissions, minChainLength, chainLengthRange, eeType } = group;
  const isOneStep = minChainLength === 1 && chainLengthRange === 0;
  return subjectPermissions.kind === 'explicit' && isOneStep && eeType.has('app') && !eeType.has('enroll');
}

function requestedKeys(
  tbs: ToBeSignedCertificate,
): Pick<AskedEnrolment, 'verificationKey' | 'encryptionKey'> | Refused<'keys'> {
  const indicator = tbs.verifyKeyIndicator;
  const named = indicator.kind === 'verificationKey' ? indicator.value : undefined;
  const verificationKey = named?.kind === 'ecsigSm2' ? compressedOf(named.value) : undefined;
  const encryptionKey = sm2EncryptionPoint(tbs.encryptionKey);
  if (verificationKey === undefined || !isSm2PublicKey(verificationKey)) return refuse('keys');
  if (encryptionKey === undefined || !isSm2PublicKey(encryptionKey)) return refuse('keys');
  // One key for two uses would let a decryption stand for a signature.
  const isOneKey = Buffer.compare(verificationKey, encryptionKey) === 0;
  return isOneKey ? refuse('keys') : { verificationKey, encryptionKey };
}
