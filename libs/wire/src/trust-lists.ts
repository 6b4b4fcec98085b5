/**
 * RootCtl, the trusted root certificate list (TRCL, 可信根证书列表), and PkiCtl, the list of the CAs of one root's domain
 * (TDCL, 可信域CA证书列表); YD/T 3957-2021 clause 8 and annex C.
 */
import type { Infer } from '#coer/codec.js';
import { withBytes } from '#coer/preserved.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { utf8String } from '#coer/strings.js';
import { Signature, Time32, Uint16, Uint8 } from './base-types.js';
import { Certificate, IssuerIdentifier } from './secured-data.js';

const Url = utf8String('Url', 511);

export const PkiCtlInfo = sequence('PkiCtlInfo', { rootCertificate: Certificate, caListUrl: optional(Url) });
export const ToBeSignedRootCtl = sequence('ToBeSignedRootCtl', {
  version: Uint8,
  issuer: IssuerIdentifier,
  series: Uint16,
  issueDate: Time32,
  nextRootCtl: Time32,
  pkiCtlInfoList: sequenceOf(PkiCtlInfo),
});
export type ToBeSignedRootCtl = Infer<typeof ToBeSignedRootCtl>;
export const RootCtl = sequence('RootCtl', { toBeSignedRootCtl: withBytes(ToBeSignedRootCtl), signature: Signature });
export type RootCtl = Infer<typeof RootCtl>;

/** The certificates of one domain's CAs, and where its CRLs and its MA are. */
export const PkiCertInfo = sequence('PkiCertInfo', {
  certificate: sequenceOf(Certificate),
  crlUrl: optional(Url),
  maUrl: optional(Url),
});
export const ToBeSignedPkiCtl = sequence('ToBeSignedPkiCtl', {
  version: Uint8,
  issuer: IssuerIdentifier,
  series: Uint16,
  issueDate: Time32,
  nextPkiCtl: Time32,
  pkiCertInfoList: sequenceOf(PkiCertInfo),
});
export type ToBeSignedPkiCtl = Infer<typeof ToBeSignedPkiCtl>;
export const PkiCtl = sequence('PkiCtl', { toBeSignedPkiCtl: withBytes(ToBeSignedPkiCtl), signature: Signature });
export type PkiCtl = Infer<typeof PkiCtl>;
