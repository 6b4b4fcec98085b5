/**
 * SecurityDataTypes: signed and encrypted data, certificates; IEEE 1609.2-2022 clause 6 (schema version 2.6), YD/T
 * 3957-2021 annex C. One set of types reads both: where only one of the two has an alternative or an addition, its number
 * is free in the other. What a signature covers (`tbsData`, `toBeSigned`, `tbsRequest`) and every certificate keep the
 * bytes they came in.
 */
import { choice } from '#coer/choice.js';
import type { Codec, Infer } from '#coer/codec.js';
import { integer, nothing, uint8, enumerated } from '#coer/numbers.js';
import { objectIdentifier } from '#coer/object-identifier.js';
import { recursive, withBytes, type Preserved } from '#coer/preserved.js';
import { optional, sequence, sequenceOf, withDefault } from '#coer/sequence.js';
import { bits8, octets, octetString } from '#coer/strings.js';
import {
  Aid,
  CrlSeries,
  EccP256CurvePoint,
  EcencP256EncryptedKey,
  EciesP256EncryptedKey,
  EncryptionKey,
  EndEntityType,
  ExtId,
  Extension,
  GeographicRegion,
  GroupLinkageValue,
  HashAlgorithm,
  HashedId3,
  HashedId32,
  HashedId48,
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

/** Of IEEE 1609.2-2022: `usesCubk` says that a CA takes part in compact unified butterfly answers. */
export const CertificateFlags = bits8('flags', { usesCubk: 0 });
/** The extension of id 1: who operates the holder. It is issued and requested with NULL, an open type of no bytes. */
export const OperatingOrganizationId = objectIdentifier('OperatingOrganizationId');
export const AppExtension = sequence('AppExtension', { id: ExtId, content: Opaque });
export const CertIssueExtension = sequence('CertIssueExtension', {
  id: ExtId,
  permissions: choice('permissions', { specific: Opaque, all: nothing }),
});
export const CertRequestExtension = sequence('CertRequestExtension', {
  id: ExtId,
  permissions: choice('permissions', { content: Opaque, all: nothing }),
});

/** ```asn1
 *  ToBeSignedCertificate ::= SEQUENCE { id CertificateId, cracaId HashedId3, crlSeries CrlSeries, validityPeriod ValidityPeriod,
 *    region GeographicRegion OPTIONAL, assuranceLevel SubjectAssurance OPTIONAL, appPermissions SequenceOfPsidSsp OPTIONAL,
 *    certIssuePermissions SequenceOfPsidGroupPermissions OPTIONAL, certRequestPermissions SequenceOfPsidGroupPermissions OPTIONAL,
 *    canRequestRollover NULL OPTIONAL, encryptionKey PublicEncryptionKey OPTIONAL, verifyKeyIndicator VerificationKeyIndicator, ...,
 *    flags BIT STRING { usesCubk(0) } (SIZE (8)) OPTIONAL, appExtensions SequenceOfAppExtensions,
 *    certIssueExtensions SequenceOfCertIssueExtensions, certRequestExtension SequenceOfCertRequestExtensions }
 *  ``` The additions are those of IEEE 1609.2-2022; YD/T 3957-2021 has none. */
export const ToBeSignedCertificate = sequence(
  'ToBeSignedCertificate',
  {
    id: CertificateId,
    cracaId: HashedId3,
    crlSeries: CrlSeries,
    validityPeriod: ValidityPeriod,
    region: optional(GeographicRegion),
    assuranceLevel: optional(SubjectAssurance),
    appPermissions: optional(sequenceOf(PsidSsp)),
    certIssuePermissions: optional(sequenceOf(PsidGroupPermissions)),
    certRequestPermissions: optional(sequenceOf(PsidGroupPermissions)),
    canRequestRollover: optional(nothing),
    encryptionKey: optional(PublicEncryptionKey),
    verifyKeyIndicator: VerificationKeyIndicator,
  },
  {
    additions: {
      flags: CertificateFlags,
      appExtensions: sequenceOf(AppExtension, 1),
      certIssueExtensions: sequenceOf(CertIssueExtension, 1),
      certRequestExtension: sequenceOf(CertRequestExtension, 1),
    },
  },
);
export type ToBeSignedCertificate = Infer<typeof ToBeSignedCertificate>;

/** YD/T 3957-2021 calls the second value "reserved". */
export const CertificateType = enumerated('CertificateType', { explicit: 0, implicit: 1 }, {});
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
  { sha256HashedData: HashedId32 },
  { sha384HashedData: HashedId48, sm3HashedData: HashedId32 },
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
  /** IEEE 1609.2-2022: the signature also covers the hash of a payload that both sides have from elsewhere. */
  omitted?: null | undefined;
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
  { additions: { omitted: nothing } },
);
/** Who wrote an extension to a header: 1 IEEE 1609, 2 ETSI TC ITS. Each extension is an open type, `Extension` by custom. */
export const ContributedExtensionBlock = sequence('ContributedExtensionBlock', {
  contributorId: uint8('HeaderInfoContributorId'),
  extns: sequenceOf(Opaque, 1),
});
/** An extension of IEEE 1609; id 1 is a peer-to-peer request for a certificate by its HashedId8. */
export const Ieee1609ContributedHeaderInfoExtension = Extension;
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
      /** 1 TLS handshake, 2 ISO 21177 extended authentication, 3 ISO 21177 session extension (IEEE only). */
      pduFunctionalType: Uint8,
      /** IEEE 1609.2-2022 only. */
      contributedExtensions: sequenceOf(ContributedExtensionBlock, 1),
    },
  },
);
export type HeaderInfo = Infer<typeof HeaderInfo>;
export const ToBeSignedData: Codec<ToBeSignedData> = sequence('ToBeSignedData', {
  payload: SignedDataPayload,
  headerInfo: HeaderInfo,
});
/** `x509` stands in YD/T 3957-2021 only. The list begins with the signer's certificate, if it is not empty. */
export const SignerIdentifier = choice(
  'SignerIdentifier',
  { digest: HashedId8, certificate: sequenceOf(Certificate), self: nothing },
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
  recipients: sequenceOf(RecipientInfo),
  ciphertext: SymmetricCiphertext,
});
export type EncryptedData = Infer<typeof EncryptedData>;

const V2XSecDataBody: Codec<V2XSecData> = sequence('V2XSecData', {
  protocolVersion: uint8('protocolVersion'),
  content: choice(
    'V2XSecDataContent',
    { unsecuredData: Opaque, signedData: SignedData, encryptedData: EncryptedData, signedCertificateRequest: Opaque },
    // IEEE 1609.2-2022 only.
    { signedX509CertificateRequest: Opaque },
  ),
});
