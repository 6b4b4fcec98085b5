/**
 * Ieee1609Dot2Dot1CertManagement: the certificate trust list (CTL) that electors sign, composite CRLs, certificate
 * chain files, and the status of all of them; IEEE 1609.2.1-2022.
 */
import { choice } from '#coer/choice.js';
import { decode, type Infer } from '#coer/codec.js';
import { integer } from '#coer/numbers.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { Aid, CrlSeries, HashedId8, Opaque, Time32, Uint16, Uint8 } from '../base-types.js';
import { Certificate, V2XSecData } from '../secured-data.js';

// ---- the trust list -----------------------------------------------------------------------------------------------
/** Names the electors that sign one series of lists, 8 bytes. */
export const CtlSeriesId = octets('CtlSeriesId', 8);
export const CtlSequenceNumber = Uint16;
/** Hash of an elector's certificate, 48 bytes. */
export const CtlElectorEntry = octets('CtlElectorEntry', 48);
/** Hash of a root's certificate, 32 bytes: the last ones of a longer hash. */
export const CtlRootCaEntry = octets('CtlRootCaEntry', 32);
/** The one type of list there is (2022). */
export const FULL_IEEE_CTL = 1;

/** ```asn1
 *  FullIeeeTbsCtl ::= SEQUENCE { type Uint8, ctlSeriesId CtlSeriesId, sequenceNumber Uint16, effectiveDate Time32,
 *    electorApprove SEQUENCE OF CtlElectorEntry, electorRemove SEQUENCE OF CtlElectorEntry,
 *    rootCaApprove SEQUENCE OF CtlRootCaEntry, rootCaRemove SEQUENCE OF CtlRootCaEntry, ..., quorum INTEGER OPTIONAL }
 *  ```
 *  Who is not approved is not trusted. `quorum`: how many electors must sign the next list; absent, it stays. */
export const FullIeeeTbsCtl = sequence(
  'FullIeeeTbsCtl',
  {
    type: Uint8,
    ctlSeriesId: CtlSeriesId,
    sequenceNumber: CtlSequenceNumber,
    effectiveDate: Time32,
    electorApprove: sequenceOf(CtlElectorEntry),
    electorRemove: sequenceOf(CtlElectorEntry),
    rootCaApprove: sequenceOf(CtlRootCaEntry),
    rootCaRemove: sequenceOf(CtlRootCaEntry),
  },
  { additions: { quorum: integer('quorum') } },
);
export type FullIeeeTbsCtl = Infer<typeof FullIeeeTbsCtl>;

/**
 * `tbsCtl` and `unsigned` are open types whose content follows from `type`: they stay bytes, the ones that the
 * electors' signatures are over. `fullIeeeCtl` opens them. A signature is a CtlSignatureSpdu.
 */
export const MultiSignedCtl = sequence('MultiSignedCtl', {
  type: Uint8,
  tbsCtl: Opaque,
  unsigned: Opaque,
  signatures: sequenceOf(V2XSecData),
});
export type MultiSignedCtl = Infer<typeof MultiSignedCtl>;

/** The certificates that the hashes of a list stand for. */
export const SequenceOfCertificate = sequenceOf(Certificate);

/**
 * The list and the certificates of a MultiSignedCtl of type `fullIeeeCtl`; `undefined` for another type. Refuses
 * (CoerError) content that is not of the type. Judges nothing: neither hashes nor signatures nor the quorum.
 */
export function fullIeeeCtl(ctl: MultiSignedCtl): { list: FullIeeeTbsCtl; certificates: Certificate[] } | undefined {
  if (ctl.type !== FULL_IEEE_CTL) return undefined;
  return { list: decode(FullIeeeTbsCtl, ctl.tbsCtl), certificates: decode(SequenceOfCertificate, ctl.unsigned) };
}

/**
 * What an elector signs: which list, and the hash of its `tbsCtl` with the hash algorithm of his signature (48 bytes).
 */
export const ToBeSignedCtlSignature = sequence('ToBeSignedCtlSignature', {
  ctlSeriesId: CtlSeriesId,
  ctlType: Uint8,
  sequenceNumber: CtlSequenceNumber,
  tbsCtlHash: octets('tbsCtlHash', 48),
});
export type ToBeSignedCtlSignature = Infer<typeof ToBeSignedCtlSignature>;

// ---- files for everybody ------------------------------------------------------------------------------------------
/** CRLs, each signed by its own CRACA (SecuredCrl), and the trust list of whoever asked (MultiSignedCtlSpdu). */
export const IeeeCompositeCrl = sequence('IeeeCompositeCrl', { crl: sequenceOf(V2XSecData), homeCtl: V2XSecData }, {});
export type IeeeCompositeCrl = Infer<typeof IeeeCompositeCrl>;

export const IeeeCertificateChain = sequence(
  'IeeeCertificateChain',
  { homeCtl: V2XSecData, others: SequenceOfCertificate },
  {},
);
export type IeeeCertificateChain = Infer<typeof IeeeCertificateChain>;

export const CrlInfoStatus = sequence(
  'CrlInfoStatus',
  { cracaId: HashedId8, series: CrlSeries, issueDate: Time32 },
  {},
);
export const CtlInfoStatus = sequence(
  'CtlInfoStatus',
  { ctlSeriesId: CtlSeriesId, sequenceNumber: CtlSequenceNumber, lastUpdate: Time32 },
  {},
);
export const MaInfoStatus = sequence('MaInfoStatus', { psids: sequenceOf(Aid), updated: Time32 }, {});
/** When each kind of file was last renewed; `ra` is given by an RA alone. */
export const CertificateManagementInfoStatus = sequence(
  'CertificateManagementInfoStatus',
  {
    crl: sequenceOf(CrlInfoStatus),
    ctl: sequenceOf(CtlInfoStatus),
    caCcf: Time32,
    ma: sequenceOf(MaInfoStatus),
    ra: optional(Time32),
  },
  {},
);
export type CertificateManagementInfoStatus = Infer<typeof CertificateManagementInfoStatus>;

/** All five stand before the marker: none is wrapped as an open type. */
export const IeeeCertManagementPdu = choice(
  'IeeeCertManagementPdu',
  {
    compositeCrl: IeeeCompositeCrl,
    certificateChain: IeeeCertificateChain,
    multiSignedCtl: MultiSignedCtl,
    tbsCtlSignature: ToBeSignedCtlSignature,
    infoStatus: CertificateManagementInfoStatus,
  },
  {},
);
export type IeeeCertManagementPdu = Infer<typeof IeeeCertManagementPdu>;
