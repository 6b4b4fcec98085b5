/**
 * SecurityDataTypes: signed and encrypted data, certificates; IEEE 1609.2-2022 clause 6, YD/T 3957-2021 annex C.
 * What a signature covers (`tbsData`, `toBeSigned`, `tbsRequest`) and every certificate keep the bytes they came in.
 */
import { choice } from '#coer/choice.js';
import type { Codec, Infer } from '#coer/codec.js';
import { integer, nothing, uint8, enumerated } from '#coer/numbers.js';
import { recursive, withBytes, type Preserved } from '#coer/preserved.js';
import { optional, sequence, sequenceOf, withDefault } from '#coer/sequence.js';
import { octets, octetString } from '#coer/strings.js';
import {
  Aid,
  CrlSeries,
  EccP256CurvePoint,
  EcencP256EncryptedKey,
  EciesP256EncryptedKey,
  EncryptionKey,
  EndEntityType,
  GeographicRegion,
  GroupLinkageValue,
  HashAlgorithm,
  HashedId3,
  HashedId8,
  Hostname,
  IValue,
  LinkageValue,
  Opaque,
  PsidSsp,
  PsidSspRange,
  PublicEncryptionKey,
  PublicVerificationKey,
  Signature,
  SubjectAssurance,
  ThreeDLocation,
  Time64,
  Uint8,
  ValidityPeriod,
} from './base-types.js';

// ---- certificates -------------------------------------------------------------------------------------------------

export const LinkageData = sequence('LinkageData', {
  iCert: IValue,
  'linkage-value': LinkageValue,
  'group-linkage-value': optional(GroupLinkageValue),
});
export const CertificateId = choice(
  'CertificateId',
  { linkageData: LinkageData, name: Hostname, binaryId: octetString('binaryId', 1, 64), none: nothing },
  {},
);
export const IssuerIdentifier = choice(
  'IssuerIdentifier',
  { sha256AndDigest: HashedId8, self: HashAlgorithm },
  { sha384AndDigest: HashedId8, sm3AndDigest: HashedId8 },
);
export type IssuerIdentifier = Infer<typeof IssuerIdentifier>;
export const VerificationKeyIndicator = choice(
  'VerificationKeyIndicator',
  { verificationKey: PublicVerificationKey, reconstructionValue: EccP256CurvePoint },
  {},
);
export const SubjectPermissions = choice(
  'SubjectPermissions',
  { explicit: sequenceOf(PsidSspRange), all: nothing },
  {},
);
export const PsidGroupPermissions = sequence('PsidGroupPermissions', {
  subjectPermissions: SubjectPermissions,
  minChainLength: withDefault(integer('minChainLength'), 1),
  chainLengthRange: withDefault(integer('chainLengthRange'), 0),
  eeType: withDefault(EndEntityType, new Set(['app'] as const)),
});
export type PsidGroupPermissions = Infer<typeof PsidGroupPermissions>;

/** ```asn1
 *  ToBeSignedCertificate ::= SEQUENCE { id CertificateId, cracaId HashedId3, crlSeries CrlSeries, validityPeriod ValidityPeriod,
 *    region GeographicRegion OPTIONAL, assuranceLevel SubjectAssurance OPTIONAL, appPermissions SequenceOfPsidSsp OPTIONAL,
 *    certIssuePermissions SequenceOfPsidGroupPermissions OPTIONAL, certRequestPermissions SequenceOfPsidGroupPermissions OPTIONAL,
 *    canRequestRollover NULL OPTIONAL, encryptionKey PublicEncryptionKey OPTIONAL, verifyKeyIndicator VerificationKeyIndicator, ... }
 *  ``` */
export const ToBeSignedCertificate = sequence(
  'ToBeSignedCertificate',
  {
    id: CertificateId,
    cracaId: HashedId3,
    crlSeries: CrlSeries,
    validityPeriod: ValidityPeriod,
    region: optional(GeographicRegion),
    assuranceLevel: optional(SubjectAssurance),
    appPermissions: optional(sequenceOf(PsidSsp, 1)),
    certIssuePermissions: optional(sequenceOf(PsidGroupPermissions, 1)),
    certRequestPermissions: optional(sequenceOf(PsidGroupPermissions, 1)),
    canRequestRollover: optional(nothing),
    encryptionKey: optional(PublicEncryptionKey),
    verifyKeyIndicator: VerificationKeyIndicator,
  },
  {},
);
export type ToBeSignedCertificate = Infer<typeof ToBeSignedCertificate>;

export const CertificateType = enumerated('CertificateType', { explicit: 0, implicit: 1 });
export const CertificateBase = sequence('CertificateBase', {
  version: uint8('version'),
  type: CertificateType,
  issuer: IssuerIdentifier,
  toBeSigned: withBytes(ToBeSignedCertificate),
  signature: optional(Signature),
});
export type CertificateBase = Infer<typeof CertificateBase>;
/** A certificate keeps its bytes: its identity is their hash. */
export const Certificate = withBytes(CertificateBase);
export type Certificate = Preserved<CertificateBase>;

// ---- signed data --------------------------------------------------------------------------------------------------

export const HashedData = choice(
  'HashedData',
  { sha256HashedData: octets('sha256', 32) },
  {
    sha384HashedData: octets('sha384', 48),
    sm3HashedData: octets('sm3', 32),
  },
);
export const MissingCrlIdentifier = sequence('MissingCrlIdentifier', { cracaId: HashedId3, crlSeries: CrlSeries }, {});

export interface V2XSecData {
  protocolVersion: number;
  content: V2XSecDataContent;
}
export interface SignedData {
  hashId: HashAlgorithm;
  tbsData: Preserved<ToBeSignedData>;
  signer: SignerIdentifier;
  signature: Signature;
}
export interface ToBeSignedData {
  payload: SignedDataPayload;
  headerInfo: HeaderInfo;
}
export interface SignedDataPayload {
  data?: V2XSecData | undefined;
  extDataHash?: Infer<typeof HashedData> | undefined;
}
export type V2XSecDataContent =
  | { kind: 'unsecuredData'; value: Uint8Array }
  | { kind: 'signedData'; value: SignedData }
  | { kind: 'encryptedData'; value: EncryptedData }
  | { kind: 'signedCertificateRequest'; value: Uint8Array }
  | { kind: 'signedX509CertificateRequest'; value: Uint8Array };

/** IEEE 1609.2: Ieee1609Dot2Data; YD/T 3957: V2XSecData. */
export const V2XSecData: Codec<V2XSecData> = recursive('V2XSecData', () => V2XSecDataBody);

export const SignedDataPayload: Codec<SignedDataPayload> = sequence(
  'SignedDataPayload',
  { data: optional(V2XSecData), extDataHash: optional(HashedData) },
  {},
);
export const HeaderInfo = sequence(
  'HeaderInfo',
  {
    psid: Aid,
    generationTime: optional(Time64),
    expiryTime: optional(Time64),
    generationLocation: optional(ThreeDLocation),
    p2pcdLearningRequest: optional(HashedId3),
    missingCrlIdentifier: optional(MissingCrlIdentifier),
    encryptionKey: optional(EncryptionKey),
  },
  {
    additions: {
      inlineP2pcdRequest: sequenceOf(HashedId3),
      requestedCertificate: Certificate,
      pduFunctionalType: Uint8,
    },
  },
);
export type HeaderInfo = Infer<typeof HeaderInfo>;
export const ToBeSignedData: Codec<ToBeSignedData> = sequence('ToBeSignedData', {
  payload: SignedDataPayload,
  headerInfo: HeaderInfo,
});
export const SignerIdentifier = choice(
  'SignerIdentifier',
  { digest: HashedId8, certificate: sequenceOf(Certificate, 1), self: nothing },
  { x509: Opaque },
);
export type SignerIdentifier = Infer<typeof SignerIdentifier>;
export const SignedData: Codec<SignedData> = sequence('SignedData', {
  hashId: HashAlgorithm,
  tbsData: withBytes(ToBeSignedData),
  signer: SignerIdentifier,
  signature: Signature,
});

// ---- encrypted data -----------------------------------------------------------------------------------------------

export const CcmCiphertext = sequence('CcmCiphertext', { nonce: octets('nonce', 12), ccmCiphertext: Opaque });
export const SymmetricCiphertext = choice(
  'SymmetricCiphertext',
  { aes128ccm: CcmCiphertext },
  { sm4Ccm: CcmCiphertext },
);
export type SymmetricCiphertext = Infer<typeof SymmetricCiphertext>;
export const EncryptedDataEncryptionKey = choice(
  'EncryptedDataEncryptionKey',
  { eciesNistP256: EciesP256EncryptedKey, eciesBrainpoolP256r1: EciesP256EncryptedKey },
  { ecencSm2: EcencP256EncryptedKey },
);
export type EncryptedDataEncryptionKey = Infer<typeof EncryptedDataEncryptionKey>;
export const PkRecipientInfo = sequence('PKRecipientInfo', {
  recipientId: HashedId8,
  encKey: EncryptedDataEncryptionKey,
});
export const SymmRecipientInfo = sequence('SymmRecipientInfo', { recipientId: HashedId8, encKey: SymmetricCiphertext });
export const RecipientInfo = choice('RecipientInfo', {
  pskRecipInfo: HashedId8,
  symmRecipInfo: SymmRecipientInfo,
  certRecipInfo: PkRecipientInfo,
  signedDataRecipInfo: PkRecipientInfo,
  rekRecipInfo: PkRecipientInfo,
});
export type RecipientInfo = Infer<typeof RecipientInfo>;
export const EncryptedData = sequence('EncryptedData', {
  recipients: sequenceOf(RecipientInfo, 1),
  ciphertext: SymmetricCiphertext,
});
export type EncryptedData = Infer<typeof EncryptedData>;

const V2XSecDataBody: Codec<V2XSecData> = sequence('V2XSecData', {
  protocolVersion: uint8('protocolVersion'),
  content: choice(
    'V2XSecDataContent',
    { unsecuredData: Opaque, signedData: SignedData, encryptedData: EncryptedData, signedCertificateRequest: Opaque },
    { signedX509CertificateRequest: Opaque },
  ),
});
