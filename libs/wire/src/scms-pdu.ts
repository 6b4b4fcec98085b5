/**
 * ScmsPdu and the interfaces it carries: IEEE 1609.2.1, in the form YD/T 3957-2021 gives them (annexes C and E).
 * Alternatives that end entities do not use are NULL in the standards and stay so here.
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { nothing, uint8 } from '#coer/numbers.js';
import { withBytes } from '#coer/preserved.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { bits8, ia5String, octets, octetString, utf8String } from '#coer/strings.js';
import {
  HashAlgorithm,
  HashedId8,
  Hostname,
  IValue,
  LaId,
  LinkageSeed,
  LinkageValue,
  Opaque,
  PublicEncryptionKey,
  Signature,
  Time32,
  Uint32,
  Uint8,
} from './base-types.js';
import {
  Certificate,
  CertificateType,
  EncryptedData,
  SignerIdentifier,
  ToBeSignedCertificate,
  V2XSecData,
} from './secured-data.js';

const Version = uint8('version');
const RequestHash = HashedId8;

// ---- EcaEeInterfacePdu --------------------------------------------------------------------------------------------
export const EeEcaCertRequest = sequence(
  'EeEcaCertRequest',
  {
    version: Version,
    generationTime: Time32,
    type: CertificateType,
    tbsCert: ToBeSignedCertificate,
    canonicalId: optional(ia5String('canonicalId')),
  },
  {},
);
export type EeEcaCertRequest = Infer<typeof EeEcaCertRequest>;
export const EcaEeCertResponse = sequence(
  'EcaEeCertResponse',
  {
    version: Version,
    requestHash: RequestHash,
    ecaCertChain: sequenceOf(Certificate),
    certificate: Certificate,
    privateKeyInfo: optional(octets('privateKeyInfo', 32)),
  },
  {},
);
export type EcaEeCertResponse = Infer<typeof EcaEeCertResponse>;
export const EcaEeInterfacePdu = choice(
  'EcaEeInterfacePdu',
  { eeEcaCertRequest: EeEcaCertRequest, ecaEeCertResponse: EcaEeCertResponse },
  {},
);

// ---- EeRaInterfacePdu ---------------------------------------------------------------------------------------------
/** CCSA adds sm4 behind the extension marker; IEEE 1609.2.1-2022 has aes128 only. */
export const ButterflyExpansion = choice(
  'ButterflyExpansion',
  { aes128: octets('aes128', 16) },
  { sm4: octets('sm4', 16) },
);
export const ButterflyParamsOriginal = sequence('ButterflyParamsOriginal', {
  signingExpansion: ButterflyExpansion,
  encryptionKey: PublicEncryptionKey,
  encryptionExpansion: ButterflyExpansion,
});
export const AdditionalParams = choice(
  'AdditionalParams',
  {
    original: ButterflyParamsOriginal,
    unified: ButterflyExpansion,
    compactUnified: ButterflyExpansion,
    encryptionKey: PublicEncryptionKey,
  },
  {},
);
export const AaaAuthorizationInfo = sequence('AaaAuthorizationInfo', {
  aaaAuthorizationInfo: Opaque,
  aaaUrl: optional(utf8String('aaaUrl', 511)),
});
export const EeRaCertRequest = sequence(
  'EeRaCertRequest',
  {
    version: Version,
    generationTime: Time32,
    type: CertificateType,
    tbsCert: ToBeSignedCertificate,
    additionalParams: optional(AdditionalParams),
  },
  { additions: { aaaAuthorizationInfoList: sequenceOf(AaaAuthorizationInfo) } },
);
export type EeRaCertRequest = Infer<typeof EeRaCertRequest>;
export const RaEeCertAck = sequence(
  'RaEeCertAck',
  { version: Version, generationTime: Time32, requestHash: RequestHash, nextDlTime: Time32 },
  {},
);
export type RaEeCertAck = Infer<typeof RaEeCertAck>;
export const RaEeCertInfo = sequence(
  'RaEeCertInfo',
  { version: Version, generationTime: Time32, currentI: IValue, requestHash: RequestHash, nextDlTime: Time32 },
  {},
);
export const EeRaDownloadRequest = sequence(
  'EeRaDownloadRequest',
  { generationTime: Time32, filename: utf8String('filename', 255) },
  {},
);
export const EeRaInterfacePdu = choice(
  'EeRaInterfacePdu',
  {
    eeRaCertRequest: EeRaCertRequest,
    raEeCertAck: RaEeCertAck,
    raEeCertInfo: RaEeCertInfo,
    eeRaDownloadRequest: EeRaDownloadRequest,
    eeRaSuccessorEnrollmentCertRequest: V2XSecData,
  },
  {},
);

// ---- AcaRaInterfacePdu and AcaEeInterfacePdu (our PCA and ACA) ------------------------------------------------------
/** CCSA la-ra: one pre-linkage value, encrypted for the PCA. */
export const EncryptedIndividualLV = sequence('EncryptedIndividualLV', {
  version: Version,
  laId: LaId,
  'enc-lv': EncryptedData,
});
export type EncryptedIndividualLV = Infer<typeof EncryptedIndividualLV>;
export const AcaRaFlags = bits8('RaAcaCertRequestFlags', { butterflyExplicit: 0, cubk: 1 });
/**
 * `linkageInfo` carries one value in YD/T 3957 (one LA). `secondLinkageInfo` is our extension addition for two LAs, see
 * docs/choices.md; with one LA it is absent and the bytes are the standard's.
 */
export const RaAcaCertRequest = sequence(
  'RaAcaCertRequest',
  {
    version: Version,
    generationTime: Time32,
    flags: AcaRaFlags,
    linkageInfo: optional(EncryptedIndividualLV),
    certEncKey: optional(PublicEncryptionKey),
    tbsCert: ToBeSignedCertificate,
  },
  { additions: { secondLinkageInfo: EncryptedIndividualLV } },
);
export type RaAcaCertRequest = Infer<typeof RaAcaCertRequest>;
export const AcaResponse = choice('AcaResponse', { plain: V2XSecData, private: V2XSecData, cubk: V2XSecData }, {});
export const AcaRaCertResponse = sequence(
  'AcaRaCertResponse',
  { version: Version, generationTime: Time32, requestHash: RequestHash, acaResponse: AcaResponse },
  {},
);
export type AcaRaCertResponse = Infer<typeof AcaRaCertResponse>;
export const AcaRaInterfacePdu = choice(
  'AcaRaInterfacePdu',
  { raAcaCertRequest: RaAcaCertRequest, acaRaCertResponse: AcaRaCertResponse },
  {},
);
export const AcaEeCertResponse = sequence(
  'AcaEeCertResponse',
  {
    version: Version,
    generationTime: Time32,
    certificate: Certificate,
    privateKeyInfo: optional(octets('privateKeyInfo', 32)),
  },
  {},
);
export type AcaEeCertResponse = Infer<typeof AcaEeCertResponse>;
export const AcaEeInterfacePdu = choice('AcaEeInterfacePdu', { acaEeCertResponse: AcaEeCertResponse }, {});

// ---- LaRaInterfacePdu (CCSA) --------------------------------------------------------------------------------------
/** A handle of the LA's own: EncryptedData that only this LA opens. */
export const LinkageChainId = EncryptedData;
export const PraLaRequestHeader = sequence('PraLaRequestHeader', {
  iMin: IValue,
  iMax: IValue,
  praId: Hostname,
  pcaId: Hostname,
});
/** New chains, chains that go on, or both. */
export const PraLaIndividualLinkageValueRequest = sequence('PraLaIndividualLinkageValueRequest', {
  header: PraLaRequestHeader,
  jMax: Uint8,
  numberOfFreshInd: optional(Uint32),
  continuationsInd: optional(sequenceOf(LinkageChainId)),
});
export const PraLaGroupLinkageValueRequest = sequence('PraLaGroupLinkageValueRequest', {
  header: PraLaRequestHeader,
  jMax: Uint32,
  groupIdentifier: octets('groupIdentifier', 4),
});
export const PraLaLinkageValueRequest = choice('PraLaLinkageValueRequest', {
  individualLVRequest: PraLaIndividualLinkageValueRequest,
  groupLVRequest: PraLaGroupLinkageValueRequest,
});
/** `values`: the outer list goes by period, the inner one by j. */
export const IndividualLVResponseLinkageChain = sequence('IndividualLVResponseLinkageChain', {
  jMax: Uint8,
  values: sequenceOf(sequenceOf(EncryptedIndividualLV)),
  linkageChainId: LinkageChainId,
});
export const EncryptedGroupLV = sequence('EncryptedGroupLV', {
  version: Version,
  laId: LaId,
  'enc-lv': EncryptedData,
});
export const GroupLVResponseLinkageChain = sequence('GroupLVResponseLinkageChain', {
  jMax: Uint32,
  values: sequenceOf(sequenceOf(EncryptedGroupLV)),
  groupIdentifier: octets('groupIdentifier', 4),
});
export const LaPraLinkageValueResponse = sequence('LaPraLinkageValueResponse', {
  iMin: IValue,
  iMax: IValue,
  individualLVs: sequenceOf(IndividualLVResponseLinkageChain),
  groupLVs: sequenceOf(GroupLVResponseLinkageChain),
});
export type LaPraLinkageValueResponse = Infer<typeof LaPraLinkageValueResponse>;
export const LaRaInterfacePdu = choice(
  'LaRaInterfacePdu',
  { praLaLinkageValueRequest: PraLaLinkageValueRequest, laPraLinkageValueResponse: LaPraLinkageValueResponse },
  {},
);

// ---- LaMaInterfacePdu (CCSA) --------------------------------------------------------------------------------------
export const IndividualLV = sequence('IndividualLV', { iValue: IValue, lv: LinkageValue });
export const GroupLV = sequence('GroupLV', { iValue: IValue, j: Uint32, lv: LinkageValue });
export const MaLaLinkageSeedRequest = sequence('MaLaLinkageSeedRequest', {
  maId: octetString('maId', 0, 255),
  individualLVs: sequenceOf(IndividualLV),
  groupLVs: sequenceOf(GroupLV),
});
export const IndividualLSInfo = sequence('IndividualLSInfo', { i: IValue, lv: LinkageValue, ls: LinkageSeed });
export const GroupLSInfo = sequence('GroupLSInfo', { i: IValue, j: Uint32, lv: LinkageValue, ls: LinkageSeed });
/** `ls` is the seed of the period of `lv`. */
export const LaMaLinkageSeedResponse = sequence('LaMaLinkageSeedResponse', {
  requestHash: RequestHash,
  laId: LaId,
  individualLSInfos: sequenceOf(IndividualLSInfo),
  groupLSInfos: sequenceOf(GroupLSInfo),
});
export const LaMaInterfacePdu = choice(
  'LaMaInterfacePdu',
  { maLaLinkageSeedRequest: MaLaLinkageSeedRequest, laMaLinkageSeedResponse: LaMaLinkageSeedResponse },
  {},
);

// ---- CertManagementPdu (CCSA) -------------------------------------------------------------------------------------
export const CompositeCrl = sequence('CompositeCrl', { crl: sequenceOf(V2XSecData) }, {});
export const CertificateChain = sequence('CertificateChain', { others: sequenceOf(Certificate) }, {});
export const CertManagementPdu = choice(
  'CertManagementPdu',
  { compositeCrl: CompositeCrl, certificateChain: CertificateChain },
  {},
);

// ---- ScmsPdu ------------------------------------------------------------------------------------------------------
export const ScmsPdu = sequence('ScmsPdu', {
  version: Version,
  content: choice(
    'ScmsPduContent',
    {
      'aca-ee': AcaEeInterfacePdu,
      'aca-la': nothing,
      'aca-ma': nothing,
      'aca-ra': AcaRaInterfacePdu,
      cert: CertManagementPdu,
      'eca-ee': EcaEeInterfacePdu,
      'ee-ma': nothing,
      'ee-ra': EeRaInterfacePdu,
      'la-ma': LaMaInterfacePdu,
      'la-ra': LaRaInterfacePdu,
      'ma-ra': nothing,
    },
    {},
  ),
});
export type ScmsPdu = Infer<typeof ScmsPdu>;
export type ScmsPduContent = ScmsPdu['content'];

/** Carried in `signedCertificateRequest`; signed by itself (enrolment) or by the enrolment certificate. */
export const SignedCertificateRequest = sequence('SignedCertificateRequest', {
  hashAlgorithmId: HashAlgorithm,
  tbsRequest: withBytes(ScmsPdu),
  signer: SignerIdentifier,
  signature: Signature,
});
export type SignedCertificateRequest = Infer<typeof SignedCertificateRequest>;
