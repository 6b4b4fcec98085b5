/** Ieee1609Dot2Dot1EeRaInterface: authorization certificates, the device's side; IEEE 1609.2.1-2022. */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { optional, sequence } from '#coer/sequence.js';
import { HashedId8, IValue, Time32, Uint8 } from '../base-types.js';
import { AdditionalParams, EeRaDownloadRequest } from '../scms-pdu.js';
import { CertificateType, ToBeSignedCertificate, V2XSecData } from '../secured-data.js';
import { AcpcTreeId } from './acpc.js';

/** YD/T 3957-2021 adds a list of authorisations behind the marker; here an addition is skipped. */
export const IeeeEeRaCertRequest = sequence(
  'IeeeEeRaCertRequest',
  {
    version: Uint8,
    generationTime: Time32,
    type: CertificateType,
    tbsCert: ToBeSignedCertificate,
    additionalParams: optional(AdditionalParams),
  },
  {},
);
export type IeeeEeRaCertRequest = Infer<typeof IeeeEeRaCertRequest>;

export const IeeeRaEeCertAck = sequence(
  'IeeeRaEeCertAck',
  {
    version: Uint8,
    generationTime: Time32,
    requestHash: HashedId8,
    firstI: optional(IValue),
    nextDlTime: Time32,
  },
  {},
);
export type IeeeRaEeCertAck = Infer<typeof IeeeRaEeCertAck>;

/** The `.info` file beside the certificates of a period. */
export const IeeeRaEeCertInfo = sequence(
  'IeeeRaEeCertInfo',
  {
    version: Uint8,
    generationTime: Time32,
    currentI: IValue,
    requestHash: HashedId8,
    nextDlTime: Time32,
    acpcTreeId: optional(AcpcTreeId),
  },
  {},
);
export type IeeeRaEeCertInfo = Infer<typeof IeeeRaEeCertInfo>;

export const IeeeEeRaInterfacePdu = choice(
  'IeeeEeRaInterfacePdu',
  {
    eeRaCertRequest: IeeeEeRaCertRequest,
    raEeCertAck: IeeeRaEeCertAck,
    raEeCertInfo: IeeeRaEeCertInfo,
    eeRaDownloadRequest: EeRaDownloadRequest,
    eeRaSuccessorEnrollmentCertRequest: V2XSecData,
  },
  {},
);
