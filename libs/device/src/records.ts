/** What a device writes into its store, as bytes of its own. Records with secrets are sealed by the crypto device first. */
import type { Infer } from '#coer/codec.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { enumerated } from '#coer/numbers.js';
import { octets, utf8String } from '#coer/strings.js';
import { GeographicRegion, IValue, Opaque, PsidSsp, Time32, Uint16, Uint8 } from '#wire/base-types.js';
import { Certificate } from '#wire/secured-data.js';

/** An enrolment request on its way, and which generation of keys it is for: sent again as it is until it is answered or stale. */
export const PendingEnrolment = sequence('PendingEnrolment', {
  generationTime: Time32,
  request: Opaque,
  generation: Uint16,
});
export type PendingEnrolment = Infer<typeof PendingEnrolment>;

/** An enrolment certificate, who issued it, and the generation of its keys, counted from 1. */
export const EnrolmentRecord = sequence('EnrolmentRecord', {
  certificate: Certificate,
  eca: Certificate,
  generation: Uint16,
});
export type EnrolmentRecord = Infer<typeof EnrolmentRecord>;

/** One request for pseudonym certificates; sealed, because of the expansion keys. */
export const ProvisioningRecord = sequence('ProvisioningRecord', {
  requestHash: octets('requestHash', 32),
  /** The V2XSecData as it was encrypted; sent again as it is until it is acknowledged. */
  request: Opaque,
  generationTime: Time32,
  iMin: IValue,
  iMax: IValue,
  jMax: Uint8,
  signingExpansion: octets('signingExpansion', 16),
  encryptionExpansion: octets('encryptionExpansion', 16),
  appPermissions: sequenceOf(PsidSsp, 1),
  region: GeographicRegion,
  /** Present once the PRA has acknowledged. */
  nextDlTime: optional(Time32),
});
export type ProvisioningRecord = Infer<typeof ProvisioningRecord>;

/** The certificates of one period, at their j. */
export const PeriodRecord = sequence('PeriodRecord', {
  i: IValue,
  requestHash: octets('requestHash', 32),
  certificates: sequenceOf(Certificate, 1, 255),
});
export type PeriodRecord = Infer<typeof PeriodRecord>;

/** What came of a bundle, until its certificates are taken: a part of it, or the whole. Its items are sealed. */
export const BundlePart = sequence('BundlePart', {
  filename: utf8String('filename', 255),
  /** The strong validator it came under; the rest must come under the same. */
  etag: utf8String('etag', 255),
  isWhole: enumerated('IsWhole', { no: 0, yes: 1 }),
  bytes: Opaque,
});
export type BundlePart = Infer<typeof BundlePart>;

/** When to speak to the PRA again. */
export const SupplyRecord = sequence('SupplyRecord', {
  /** No request before this moment. */
  askFrom: optional(Time32),
  /** Each week's bundle not before this moment, which was drawn for this device and this week. */
  downloads: sequenceOf(sequence('PlannedDownload', { i: IValue, due: Time32 })),
});
export type SupplyRecord = Infer<typeof SupplyRecord>;

/** A signed list as it was fetched; `etag` asks for newer ones only. */
export const ListRecord = sequence('ListRecord', { etag: utf8String('etag', 255), bytes: Opaque });
