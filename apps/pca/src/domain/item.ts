/**
 * One item of a batch: RaAcaCertRequest of a PRA (IEEE 1609.2.1-2022, YD/T 3957-2021 annex C), judged by itself. Pure.
 * What the PCA fills in (linkage value, cracaId, crlSeries) must come as a dummy, so that a request has one spelling.
 */
import { encode, tryDecode, type Infer } from '#coer/codec.js';
import { isSm2PublicKey } from '#crypto/sm2.js';
import { alikeOutside, placeOf, placeOfPoint, pointAt, type Place } from '#credentials/alike.js';
import { sm2EncryptionPoint } from '#credentials/certificate-facts.js';
import { abscissaOf, compressedOf } from '#credentials/keys-on-the-wire.js';
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
  /** Of two different LAs, or of the one there is. */
  readonly linkage: readonly SealedLinkage[];
  /** What the certificate will say beside its name and key; one object for items of a batch that say the same. */
  readonly common: CommonFields;
}

/** What an item is judged by. */
export interface ItemRules {
  readonly profile: Profile;
  /** Of how many LAs an item carries a value: of one or of two, never what the item pleases. */
  readonly linkageAuthorities: 1 | 2;
}

export type CommonFields = Omit<ToBeSignedCertificate, 'id' | 'verifyKeyIndicator'>;

const LINKAGE_VERSION = 1;
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** The item in these bytes, or why not. Says nothing of time, trust or what was issued before. */
export function readItem(bytes: Uint8Array, rules: ItemRules): Item | Refused<ItemRefusal> {
  const read = readInFull(bytes, rules);
  return isRefused(read) ? read : read.item;
}

/** Reads items as `readItem`, but one that is alike to the last that was read in full only where it differs. */
export function itemReader(rules: ItemRules): (bytes: Uint8Array) => Item | Refused<ItemRefusal> {
  let form: ItemForm | undefined;
  return (bytes) => {
    const alike = form && readAlike(bytes, form);
    if (alike !== undefined) return alike;
    const read = readInFull(bytes, rules);
    if (isRefused(read)) return read;
    form = formOf(bytes, read);
    return read.item;
  };
}

interface InFull {
  readonly request: RaAcaCertRequest;
  readonly item: Item;
}

function readInFull(bytes: Uint8Array, rules: ItemRules): InFull | Refused<ItemRefusal> {
  const { profile } = rules;
  const decoded = tryDecode(RaAcaCertRequest, bytes);
  // Additions that we do not know would make two items of one: only the bytes we would write ourselves are taken.
  if (!decoded.ok || !sameBytes(encode(RaAcaCertRequest, decoded.value), bytes)) return refuseItem('item-malformed');
  const request = decoded.value;
  if (request.version !== profile.scmsVersion) return refuseItem('item-version');
  if (request.flags.size !== 1 || !request.flags.has('butterflyExplicit')) return refuseItem('item-flags');
  const linkage = linkagesOf(request, rules);
  if (isRefused(linkage)) return linkage;
  const encryptionKey = sm2EncryptionPoint(request.certEncKey);
  if (encryptionKey === undefined) return refuseItem('item-encryption-key');
  const named = readTbs(request.tbsCert, profile);
  if (isRefused(named)) return named;
  const { id: _id, verifyKeyIndicator: _key, ...common } = request.tbsCert;
  const { generationTime } = request;
  return { request, item: { hash: itemHash(bytes), generationTime, encryptionKey, linkage, common, ...named } };
}

/** Where items of one batch differ, and one that was read in full. */
interface ItemForm {
  readonly bytes: Uint8Array;
  readonly item: Item;
  readonly isAlike: (one: Uint8Array, other: Uint8Array) => boolean;
  readonly cocoonKey: Place;
  readonly encryptionKey: Place;
  readonly linkage: readonly SealedPlaces[];
}
interface SealedPlaces {
  readonly nonce: Place;
  readonly ccmCiphertext: Place;
}

/** undefined for an item whose sealed values are not of the usual form: then each is read in full. */
function formOf(bytes: Uint8Array, { request, item }: InFull): ItemForm | undefined {
  const linkage = item.linkage.flatMap((one) => sealedPlaces(bytes, one) ?? []);
  const { verifyKeyIndicator: indicator } = request.tbsCert;
  const cocoon = indicator.kind === 'verificationKey' ? abscissaOf(indicator.value) : undefined;
  const encryption = abscissaOf(request.certEncKey?.publicKey);
  if (linkage.length < item.linkage.length || cocoon === undefined || encryption === undefined) return undefined;
  const [cocoonKey, encryptionKey] = [placeOfPoint(bytes, cocoon), placeOfPoint(bytes, encryption)];
  const sealed = linkage.flatMap(({ nonce, ccmCiphertext }) => [nonce, ccmCiphertext]);
  const isAlike = alikeOutside([cocoonKey, encryptionKey, ...sealed]);
  return { bytes, item, isAlike, cocoonKey, encryptionKey, linkage };
}

function sealedPlaces(bytes: Uint8Array, sealed: SealedLinkage): SealedPlaces | undefined {
  const { ciphertext } = sealed['enc-lv'];
  if (ciphertext.kind !== 'sm4Ccm') return undefined;
  const { nonce, ccmCiphertext } = ciphertext.value;
  return { nonce: placeOf(bytes, nonce), ccmCiphertext: placeOf(bytes, ccmCiphertext) };
}

/**
 * An item that differs from the form in its places alone; undefined for any other. Whether its keys are points is judged by
 * the arithmetic that follows, with the same refusals (`prepare.ts`).
 */
function readAlike(bytes: Uint8Array, form: ItemForm): Item | undefined {
  if (!form.isAlike(bytes, form.bytes)) return undefined;
  const [cocoonKey, encryptionKey] = [pointAt(bytes, form.cocoonKey), pointAt(bytes, form.encryptionKey)];
  if (cocoonKey === undefined || encryptionKey === undefined) return undefined;
  const { generationTime, i, common } = form.item;
  return {
    hash: itemHash(bytes),
    generationTime,
    i,
    common,
    cocoonKey,
    encryptionKey,
    linkage: form.item.linkage.map((like, n) => sealedAt(bytes, like, form.linkage[n] as SealedPlaces)),
  };
}

function sealedAt(bytes: Uint8Array, like: SealedLinkage, { nonce, ccmCiphertext }: SealedPlaces): SealedLinkage {
  const at = (place: Place): Uint8Array => bytes.subarray(place.at, place.at + place.length);
  const value = { nonce: at(nonce), ccmCiphertext: at(ccmCiphertext) };
  const { version, laId, 'enc-lv': encrypted } = like;
  const { recipients } = encrypted;
  return { version, laId, 'enc-lv': { recipients, ciphertext: { kind: 'sm4Ccm', value } } };
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** As many as there are LAs: with one left out, the other would know the linkage value; one too many nobody asked for. */
function linkagesOf(
  { linkageInfo: first, secondLinkageInfo: second }: RaAcaCertRequest,
  { linkageAuthorities }: ItemRules,
): SealedLinkage[] | Refused<ItemRefusal> {
  if (first === undefined) return refuseItem('item-linkage-missing');
  if (first.version !== LINKAGE_VERSION) return refuseItem('item-version');
  if (linkageAuthorities === 1) return second === undefined ? [first] : refuseItem('item-linkage-surplus');
  if (second === undefined) return refuseItem('item-linkage-missing');
  if (second.version !== LINKAGE_VERSION) return refuseItem('item-version');
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
