/**
 * Ieee1609Dot2Dot1AcaRaInterface: authorization certificates between RA and ACA; IEEE 1609.2.1-2022. The answer is the
 * same as in YD/T 3957-2021; the request has a certificate type, and two pre-linkage values, one of each LA.
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { optional, sequence } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { LaId, PublicEncryptionKey, Time32, Uint8 } from '../base-types.js';
import { AcaRaCertResponse, AcaRaFlags } from '../scms-pdu.js';
import { CertificateType, ToBeSignedCertificate, V2XSecData } from '../secured-data.js';

/** What `encPlv` is when it is opened: 9 bytes, which the ACA combines with the other LA's. */
export const PreLinkageValue = octets('PreLinkageValue', 9);
/** `encPlv` is encrypted for one recipient with the symmetric key that the LA and the ACA share. */
export const EncryptedIndividualPLV = sequence('EncryptedIndividualPLV', {
  version: Uint8,
  laId: LaId,
  encPlv: V2XSecData,
});
export const LinkageInfo = sequence(
  'LinkageInfo',
  { encPlv1: EncryptedIndividualPLV, encPlv2: EncryptedIndividualPLV },
  {},
);
export type LinkageInfo = Infer<typeof LinkageInfo>;

export const IeeeRaAcaCertRequest = sequence(
  'IeeeRaAcaCertRequest',
  {
    version: Uint8,
    generationTime: Time32,
    type: CertificateType,
    flags: AcaRaFlags,
    linkageInfo: optional(LinkageInfo),
    certEncKey: optional(PublicEncryptionKey),
    tbsCert: ToBeSignedCertificate,
  },
  {},
);
export type IeeeRaAcaCertRequest = Infer<typeof IeeeRaAcaCertRequest>;

export const IeeeAcaRaInterfacePdu = choice(
  'IeeeAcaRaInterfacePdu',
  { raAcaCertRequest: IeeeRaAcaCertRequest, acaRaCertResponse: AcaRaCertResponse },
  {},
);
