/**
 * RaAcaCertRequest with an explicit key: what an ARA may have certified here (YD/T 3957-2021 7.4, IEEE 1609.2.1-2022
 * AcaRaInterface). Cheap checks first, arithmetic last. Who calls, the line has judged.
 */
import { tryDecode } from '#coer/codec.js';
import { isSm2PublicKey, DEFAULT_SM2_ID, sm2Verify } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { sm2EncryptionPoint } from '#credentials/certificate-facts.js';
import { compressedOf } from '#credentials/keys-on-the-wire.js';
import { isWithin, spanOf } from '#credentials/period.js';
import { permissionsWithin, regionWithin } from '#credentials/permissions.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { applicationItemHash, possessionInputOfHash, type IssueApplication } from '#edges/aca-ara/issue-application.js';
import type { ValidityPeriod } from '#wire/base-types.js';
import { RaAcaCertRequest } from '#wire/scms-pdu.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import { applicationKindOf, longestHoursOf, type ApplicationKind, type Lifetimes } from './application-kind.js';
import { refuse, type ItemRefusal } from './refusal.js';

/** An ARA tries again what we did not answer; after a day it makes a new item. */
export const OLDEST_MILLIS = 24 * 3_600_000;
/** Clocks differ by the leap seconds. */
const FUTURE_MILLIS = 5_000;
const HOUR_MILLIS = 3_600_000;

export interface ItemRules {
  readonly profile: Profile;
  /** The certificate of ours under which something valid in this period would be signed. */
  readonly issuerFor: (period: ValidityPeriod) => Certificate;
  readonly nowMillis: number;
  readonly lifetimes: Lifetimes;
}

export interface JudgedItem {
  /** 32 bytes each: the name of the item, SM3 of the key to be certified, SM3 of the device's request. */
  readonly itemHash: Uint8Array;
  readonly keyHash: Uint8Array;
  readonly requestHash: Uint8Array;
  readonly kind: ApplicationKind;
  readonly tbs: ToBeSignedCertificate;
}

/** What is to be certified, or the first reason why not. */
export function judgeItem(request: IssueApplication, rules: ItemRules): JudgedItem | Refused<ItemRefusal> {
  const decoded = tryDecode(RaAcaCertRequest, request.item);
  if (!decoded.ok) return refuse('item-malformed');
  const { version, generationTime, tbsCert: tbs } = decoded.value;
  if (version !== rules.profile.scmsVersion) return refuse('item-version');
  if (!isPlain(decoded.value)) return refuse('item-form');
  const kind = applicationKindOf(tbs.appPermissions ?? []);
  const wrong = notNow(generationTime, rules) ?? outside(tbs, kind, rules);
  if (wrong !== undefined) return wrong;
  const key = requestedKey(decoded.value);
  if (isRefused(key)) return key;
  const holdsKey = sm2Verify(key, DEFAULT_SM2_ID, possessionInputOfHash(request.requestHash), request.possession);
  if (!holdsKey) return refuse('item-possession');
  const { requestHash } = request;
  return { itemHash: applicationItemHash(request.item), keyHash: sm3(key), requestHash, kind, tbs };
}

/** No linkage, no butterfly; a certificate that names nobody, stands on no CRL, issues nothing and asks for nothing. */
function isPlain({ flags, linkageInfo, secondLinkageInfo, tbsCert }: RaAcaCertRequest): boolean {
  return (
    flags.size === 0 &&
    linkageInfo === undefined &&
    secondLinkageInfo === undefined &&
    tbsCert.id.kind === 'none' &&
    tbsCert.crlSeries === 0 &&
    tbsCert.cracaId.every((byte) => byte === 0) &&
    tbsCert.assuranceLevel === undefined &&
    tbsCert.certIssuePermissions === undefined &&
    tbsCert.certRequestPermissions === undefined &&
    tbsCert.canRequestRollover === undefined &&
    tbsCert.encryptionKey === undefined
  );
}

function notNow(generationTime: number, { nowMillis }: ItemRules): Refused<'item-stale'> | undefined {
  const made = millisFromTime32(generationTime);
  return made < nowMillis - OLDEST_MILLIS || made > nowMillis + FUTURE_MILLIS ? refuse('item-stale') : undefined;
}

/** CO4: nothing beyond our own certificate, whoever asks; a region of its own, and a life of its kind that begins now. */
function outside(
  tbs: ToBeSignedCertificate,
  kind: ApplicationKind,
  { issuerFor, nowMillis, lifetimes }: ItemRules,
): Refused<ItemRefusal> | undefined {
  const ours = issuerFor(tbs.validityPeriod).value.toBeSigned.value;
  if (tbs.appPermissions === undefined || tbs.appPermissions.length === 0) return refuse('item-permissions');
  if (!permissionsWithin(tbs, ours)) return refuse('item-permissions');
  if (tbs.region === undefined || !regionWithin(tbs.region, ours.region)) return refuse('item-region');
  const span = spanOf(tbs.validityPeriod);
  const beginsNow = span.startMillis >= nowMillis - OLDEST_MILLIS && span.startMillis <= nowMillis + FUTURE_MILLIS;
  const isShort = span.endMillis - span.startMillis <= longestHoursOf(kind, lifetimes) * HOUR_MILLIS;
  const isOpen = span.endMillis > nowMillis && isWithin(span, spanOf(ours.validityPeriod));
  return beginsNow && isShort && isOpen ? undefined : refuse('item-validity');
}

/** The 33-byte key to be certified; another one, sound too, is there for the answer. */
function requestedKey({ tbsCert, certEncKey }: RaAcaCertRequest): Uint8Array | Refused<'item-key'> {
  const indicator = tbsCert.verifyKeyIndicator;
  const named = indicator.kind === 'verificationKey' ? indicator.value : undefined;
  const key = named?.kind === 'ecsigSm2' ? compressedOf(named.value) : undefined;
  const answerKey = sm2EncryptionPoint(certEncKey);
  if (key === undefined || answerKey === undefined || !isSm2PublicKey(key)) return refuse('item-key');
  return Buffer.compare(key, answerKey) === 0 ? refuse('item-key') : key;
}
