/**
 * SecurityBaseDataTypes: IEEE 1609.2-2022 base types (module version 2.4), with the SM2, SM3 and SM4 alternatives of
 * YD/T 3957-2021. A point keeps the form it came in. Rules that ASN.1 does not state, such as the order of two times or
 * equal lengths of value and mask, are for those who judge, not for a codec.
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { bits8, octets, octetString, utf8String } from '#coer/strings.js';
import { enumerated, int32, nothing, uint16, uint32, uint64, uint8, unsignedUnbounded } from '#coer/numbers.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';

export const Uint3 = uint8('Uint3', 7);
export const Uint8 = uint8('Uint8');
export const Uint16 = uint16('Uint16');
export const Uint32 = uint32('Uint32');
export const Time32 = uint32('Time32');
export const Time64 = uint64('Time64');
export const IValue = uint16('IValue');
export const CrlSeries = uint16('CrlSeries');
/** Psid of IEEE 1609.2, Aid of YD/T 3957. */
export const Aid = unsignedUnbounded('Aid');
export const Hostname = utf8String('Hostname', 255);
export const Opaque = octetString('Opaque');

export const HashedId3 = octets('HashedId3', 3);
/** YD/T 3957-2021 only. */
export const HashedId4 = octets('HashedId4', 4);
export const HashedId8 = octets('HashedId8', 8);
export const HashedId10 = octets('HashedId10', 10);
export const HashedId32 = octets('HashedId32', 32);
export const HashedId48 = octets('HashedId48', 48);
export const LinkageValue = octets('LinkageValue', 9);
export const LinkageSeed = octets('LinkageSeed', 16);
export const LaId = octets('LaId', 2);

/** ```asn1
 *  Duration ::= CHOICE { microseconds Uint16, milliseconds Uint16, seconds Uint16, minutes Uint16, hours Uint16, sixtyHours Uint16, years Uint16 }
 *  ``` */
export const Duration = choice('Duration', {
  microseconds: Uint16,
  milliseconds: Uint16,
  seconds: Uint16,
  minutes: Uint16,
  hours: Uint16,
  sixtyHours: Uint16,
  years: Uint16,
});
export type Duration = Infer<typeof Duration>;

export const ValidityPeriod = sequence('ValidityPeriod', { start: Time32, duration: Duration });
export type ValidityPeriod = Infer<typeof ValidityPeriod>;

export const HashAlgorithm = enumerated('HashAlgorithm', { sha256: 0, sha384: 1, sm3: 2 }, {});
export type HashAlgorithm = Infer<typeof HashAlgorithm>;
export const SymmAlgorithm = enumerated('SymmAlgorithm', { aes128Ccm: 0, sm4Ccm: 1 }, {});

export const Latitude = int32('Latitude', -900_000_000, 900_000_001);
export const Longitude = int32('Longitude', -1_799_999_999, 1_800_000_001);
export const Elevation = uint16('Elevation');
export const TwoDLocation = sequence('TwoDLocation', { latitude: Latitude, longitude: Longitude });
export const ThreeDLocation = sequence('ThreeDLocation', {
  latitude: Latitude,
  longitude: Longitude,
  elevation: Elevation,
});
export type ThreeDLocation = Infer<typeof ThreeDLocation>;

export const CircularRegion = sequence('CircularRegion', { center: TwoDLocation, radius: Uint16 });
export const RectangularRegion = sequence('RectangularRegion', { northWest: TwoDLocation, southEast: TwoDLocation });
export const CountryAndRegions = sequence('CountryAndRegions', { countryOnly: Uint16, regions: sequenceOf(Uint8) });
export const RegionAndSubregions = sequence('RegionAndSubregions', { region: Uint8, subregions: sequenceOf(Uint16) });
export const CountryAndSubregions = sequence('CountryAndSubregions', {
  countryOnly: Uint16,
  regionAndSubregions: sequenceOf(RegionAndSubregions),
});
export const IdentifiedRegion = choice(
  'IdentifiedRegion',
  { countryOnly: Uint16, countryAndRegions: CountryAndRegions, countryAndSubregions: CountryAndSubregions },
  {},
);
export const GeographicRegion = choice(
  'GeographicRegion',
  {
    circularRegion: CircularRegion,
    rectangularRegion: sequenceOf(RectangularRegion),
    polygonalRegion: sequenceOf(TwoDLocation, 3),
    identifiedRegion: sequenceOf(IdentifiedRegion),
  },
  {},
);
export type GeographicRegion = Infer<typeof GeographicRegion>;

/** The point of a 256-bit curve: NIST P-256, Brainpool P-256 or SM2. */
export const EccP256CurvePoint = choice('EccP256CurvePoint', {
  'x-only': octets('x', 32),
  fill: nothing,
  'compressed-y-0': octets('x', 32),
  'compressed-y-1': octets('x', 32),
  uncompressedP256: sequence('UncompressedP256', { x: octets('x', 32), y: octets('y', 32) }),
});
export type EccP256CurvePoint = Infer<typeof EccP256CurvePoint>;
export const EccP384CurvePoint = choice('EccP384CurvePoint', {
  'x-only': octets('x', 48),
  fill: nothing,
  'compressed-y-0': octets('x', 48),
  'compressed-y-1': octets('x', 48),
  uncompressedP384: sequence('UncompressedP384', { x: octets('x', 48), y: octets('y', 48) }),
});

export const PublicVerificationKey = choice(
  'PublicVerificationKey',
  { ecdsaNistP256: EccP256CurvePoint, ecdsaBrainpoolP256r1: EccP256CurvePoint },
  { ecdsaBrainpoolP384r1: EccP384CurvePoint, ecdsaNistP384: EccP384CurvePoint, ecsigSm2: EccP256CurvePoint },
);
export type PublicVerificationKey = Infer<typeof PublicVerificationKey>;
export const BasePublicEncryptionKey = choice(
  'BasePublicEncryptionKey',
  { eciesNistP256: EccP256CurvePoint, eciesBrainpoolP256r1: EccP256CurvePoint },
  { ecencSm2: EccP256CurvePoint },
);
export const PublicEncryptionKey = sequence('PublicEncryptionKey', {
  supportedSymmAlg: SymmAlgorithm,
  publicKey: BasePublicEncryptionKey,
});
export type PublicEncryptionKey = Infer<typeof PublicEncryptionKey>;
export const SymmetricEncryptionKey = choice(
  'SymmetricEncryptionKey',
  { aes128Ccm: octets('key', 16) },
  { sm4Ccm: octets('key', 16) },
);
export type SymmetricEncryptionKey = Infer<typeof SymmetricEncryptionKey>;
export const EncryptionKey = choice('EncryptionKey', {
  public: PublicEncryptionKey,
  symmetric: SymmetricEncryptionKey,
});

export const EcdsaP256Signature = sequence('EcdsaP256Signature', { rSig: EccP256CurvePoint, sSig: octets('sSig', 32) });
export const EcdsaP384Signature = sequence('EcdsaP384Signature', { rSig: EccP384CurvePoint, sSig: octets('sSig', 48) });
export const EcsigP256Signature = sequence('EcsigP256Signature', {
  rSig: octets('rSig', 32),
  sSig: octets('sSig', 32),
});
export const Signature = choice(
  'Signature',
  { ecdsaNistP256Signature: EcdsaP256Signature, ecdsaBrainpoolP256r1Signature: EcdsaP256Signature },
  {
    ecdsaBrainpoolP384r1Signature: EcdsaP384Signature,
    ecdsaNistP384Signature: EcdsaP384Signature,
    sm2Signature: EcsigP256Signature,
  },
);
export type Signature = Infer<typeof Signature>;

export const EciesP256EncryptedKey = sequence('EciesP256EncryptedKey', {
  v: EccP256CurvePoint,
  c: octets('c', 16),
  t: octets('t', 16),
});
/**
 * A key of 16 bytes encrypted with SM2. Behind the point v stand c (16) and t (32) in IEEE 1609.2-2022, t and then c in
 * YD/T 3957-2021: the size is the same, so the codec reads 48 bytes and the profile says which is which.
 */
export const EcencP256EncryptedKey = sequence('EcencP256EncryptedKey', {
  v: EccP256CurvePoint,
  cAndT: octets('cAndT', 48),
});

export const BitmapSsp = octetString('BitmapSsp', 0, 31);
export const ServiceSpecificPermissions = choice(
  'ServiceSpecificPermissions',
  { opaque: Opaque },
  { bitmapSsp: BitmapSsp },
);
export const PsidSsp = sequence('PsidSsp', { psid: Aid, ssp: optional(ServiceSpecificPermissions) });
export type PsidSsp = Infer<typeof PsidSsp>;
export const BitmapSspRange = sequence('BitmapSspRange', {
  sspValue: octetString('sspValue', 1, 32),
  sspBitmask: octetString('sspBitmask', 1, 32),
});
export const SspRange = choice(
  'SspRange',
  { opaque: sequenceOf(Opaque), all: nothing },
  { bitmapSspRange: BitmapSspRange },
);
export const PsidSspRange = sequence('PsidSspRange', { psid: Aid, sspRange: optional(SspRange) });
export type PsidSspRange = Infer<typeof PsidSspRange>;
export const SubjectAssurance = octets('SubjectAssurance', 1);
export const GroupLinkageValue = sequence('GroupLinkageValue', { jValue: octets('jValue', 4), value: LinkageValue });
export const EndEntityType = bits8('EndEntityType', { app: 0, enroll: 1 });

// ---- extensions that a number identifies ------------------------------------------------------------------------------

export const ExtId = uint8('ExtId');
/** The content is an open type: what it holds follows from `id`, and from who defined it. */
export const Extension = sequence('Extension', { id: ExtId, content: Opaque });
export type Extension = Infer<typeof Extension>;
