/**
 * One item of a batch: RaAcaCertRequest of a PRA (IEEE 1609.2.1-2022, YD/T 3957-2021 annex C), judged by itself. Pure.
 * What the PCA fills in (linkage value, cracaId, crlSeries) must come as a dummy, so that a request has one spelling.
 */
import { encode, tryDecode, type Infer } from '#coer/codec.js';
import { isSm2PublicKey } from '#crypto/sm2.js';
import { sm2EncryptionPoint } from '#credentials/certificate-facts.js';
import { compressedOf } from '#credentials/keys-on-the-wire.js';
import { periodAt, periodStartMillis, periodValidity } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { itemHash } from '#edges/pca-pra/issue-batch.js';
import type { ValidityPeriod } from '#wire/base-types.js';
import { RaAcaCertRequest, type EncryptedIndividualLV } from '#wire/scms-pdu.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import { refuseItem, type ItemRefusal } from './refusal.js';

export type SealedLinkage = Infer<typeof EncryptedIndividualLV>;

export interface Item {
  /** 32 bytes: the handle of this one request. */
  readonly hash: Uint8Array;
  /** Time32. */
  readonly generationTime: number;
  readonly i: number;
  /** B and Q, 33 bytes each. */
  readonly cocoonKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
  /** Of two different LAs. */
  readonly linkage: readonly [SealedLinkage, SealedLinkage];
  readonly tbsCert: ToBeSignedCertificate;
}

const LINKAGE_VERSION = 1;
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** The item in these bytes, or why not. Says nothing of time, trust or what was issued before. */
export function readItem(bytes: Uint8Array, profile: Profile): Item | Refused<ItemRefusal> {
  const decoded = tryDecode(RaAcaCertRequest, bytes);
  // Additions that we do not know would make two items of one: only the bytes we would write ourselves are taken.
  if (!decoded.ok || !sameBytes(encode(RaAcaCertRequest, decoded.value), bytes)) return refuseItem('item-malformed');
  const request = decoded.value;
  if (request.version !== profile.scmsVersion) return refuseItem('item-version');
  if (request.flags.size !== 1 || !request.flags.has('butterflyExplicit')) return refuseItem('item-flags');
  const linkage = twoLinkages(request);
  if (isRefused(linkage)) return linkage;
  const encryptionKey = sm2EncryptionPoint(request.certEncKey);
  if (encryptionKey === undefined || !isSm2PublicKey(encryptionKey)) return refuseItem('item-encryption-key');
  const named = readTbs(request.tbsCert, profile);
  if (isRefused(named)) return named;
  const { generationTime, tbsCert } = request;
  return { hash: itemHash(bytes), generationTime, encryptionKey, linkage, tbsCert, ...named };
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

function twoLinkages(request: RaAcaCertRequest): [SealedLinkage, SealedLinkage] | Refused<ItemRefusal> {
  const { linkageInfo: first, secondLinkageInfo: second } = request;
  if (first === undefined || second === undefined) return refuseItem('item-linkage-missing');
  if (first.version !== LINKAGE_VERSION || second.version !== LINKAGE_VERSION) return refuseItem('item-version');
  // LK4: with one LA twice the value would be that LA's alone, or zero.
  return sameBytes(first.laId, second.laId) ? refuseItem('item-same-la') : [first, second];
}

function readTbs(
  tbs: ToBeSignedCertificate,
  profile: Profile,
): { i: number; cocoonKey: Uint8Array } | Refused<ItemRefusal> {
  const { id, verifyKeyIndicator: indicator } = tbs;
  if (id.kind !== 'linkageData' || id.value['group-linkage-value'] !== undefined) return refuseItem('item-id');
  if (!isZero(id.value['linkage-value']) || !isZero(tbs.cracaId) || tbs.crlSeries !== 0) return refuseItem('item-id');
  if (!hasPseudonymFieldsOnly(tbs)) return refuseItem('item-fields');
  const i = id.value.iCert;
  if (!isPeriod(tbs.validityPeriod, i, profile.epochMillis)) return refuseItem('item-period');
  const verificationKey = indicator.kind === 'verificationKey' ? indicator.value : undefined;
  const cocoonKey = verificationKey?.kind === 'ecsigSm2' ? compressedOf(verificationKey.value) : undefined;
  if (cocoonKey === undefined || !isSm2PublicKey(cocoonKey)) return refuseItem('item-cocoon-key');
  return { i, cocoonKey };
}

/** A pseudonym certificate says what it may do, and nothing by which one could be told from another. */
function hasPseudonymFieldsOnly(tbs: ToBeSignedCertificate): boolean {
  const others = [
    tbs.assuranceLevel,
    tbs.certIssuePermissions,
    tbs.certRequestPermissions,
    tbs.canRequestRollover,
    tbs.encryptionKey,
    tbs.flags,
    tbs.appExtensions,
    tbs.certIssueExtensions,
    tbs.certRequestExtension,
  ];
  const aids = tbs.appPermissions?.map(({ psid }) => psid) ?? [];
  return others.every((field) => field === undefined) && aids.length > 0 && new Set(aids).size === aids.length;
}

/** Exactly one period, in the one spelling (PR14): other starts or lengths would tell certificates apart. */
function isPeriod(validity: ValidityPeriod, i: number, epochMillis: number): boolean {
  const start = millisFromTime32(validity.start);
  if (periodAt(epochMillis, start) !== i || periodStartMillis(epochMillis, i) !== start) return false;
  const { duration } = periodValidity(epochMillis, i);
  return validity.duration.kind === duration.kind && validity.duration.value === duration.value;
}
