/**
 * Every alternative of the base types and of encrypted data of IEEE 1609.2-2022 (base types 2.4, schema 2.6) in its bytes,
 * both ways. Those of YD/T 3957-2021 alone stand among them: one set of types reads both.
 */
import { hex } from '../../../test/support/hex.js';
import * as base from './base-types.js';
import {
  X,
  Y,
  X48,
  Y48,
  KEY,
  ID8,
  NONCE,
  SEED1,
  xOnly,
  y0,
  y1,
  whole,
  xOnly384,
  whole384,
  spell,
  bothWays,
  type Row,
} from './both-ways.fixture.js';
import * as secured from './secured-data.js';

describe('points keep their form', () => {
  it.each<Row>([
    spell('x alone', base.EccP256CurvePoint, xOnly, `80 ${X}`),
    spell('fill', base.EccP256CurvePoint, { kind: 'fill', value: null }, '81'),
    spell('compressed, y even', base.EccP256CurvePoint, y0, `82 ${X}`),
    spell('compressed, y odd', base.EccP256CurvePoint, y1, `83 ${X}`),
    spell('uncompressed', base.EccP256CurvePoint, whole, `84 ${X} ${Y}`),
    spell('384 bits, x alone', base.EccP384CurvePoint, xOnly384, `80 ${X48}`),
    spell('384 bits, fill', base.EccP384CurvePoint, { kind: 'fill', value: null }, '81'),
    spell('384 bits, y even', base.EccP384CurvePoint, { kind: 'compressed-y-0', value: hex(X48) }, `82 ${X48}`),
    spell('384 bits, y odd', base.EccP384CurvePoint, { kind: 'compressed-y-1', value: hex(X48) }, `83 ${X48}`),
    spell('384 bits, uncompressed', base.EccP384CurvePoint, whole384, `84 ${X48} ${Y48}`),
  ])('%s', bothWays);
});

describe('keys', () => {
  const { PublicVerificationKey: Verification, BasePublicEncryptionKey: Encryption } = base;
  const { SymmetricEncryptionKey: Symmetric, EncryptionKey } = base;
  it.each<Row>([
    spell('ECDSA P-256', Verification, { kind: 'ecdsaNistP256', value: y0 }, `80 82 ${X}`),
    spell('ECDSA P-256, uncompressed', Verification, { kind: 'ecdsaNistP256', value: whole }, `80 84 ${X} ${Y}`),
    spell('ECDSA Brainpool P-256', Verification, { kind: 'ecdsaBrainpoolP256r1', value: y1 }, `81 83 ${X}`),
    spell('ECDSA Brainpool P-384', Verification, { kind: 'ecdsaBrainpoolP384r1', value: xOnly384 }, `82 31 80 ${X48}`),
    spell('ECDSA P-384', Verification, { kind: 'ecdsaNistP384', value: whole384 }, `83 61 84 ${X48} ${Y48}`),
    spell('SM2', Verification, { kind: 'ecsigSm2', value: whole }, `84 41 84 ${X} ${Y}`),
    spell('ECIES P-256', Encryption, { kind: 'eciesNistP256', value: y0 }, `80 82 ${X}`),
    spell('ECIES Brainpool P-256', Encryption, { kind: 'eciesBrainpoolP256r1', value: y1 }, `81 83 ${X}`),
    spell('SM2 encryption', Encryption, { kind: 'ecencSm2', value: y0 }, `82 21 82 ${X}`),
    spell('AES', Symmetric, { kind: 'aes128Ccm', value: hex(KEY) }, `80 ${KEY}`),
    spell('SM4', Symmetric, { kind: 'sm4Ccm', value: hex(KEY) }, `81 10 ${KEY}`),
    spell(
      'a public key in a header',
      EncryptionKey,
      { kind: 'public', value: { supportedSymmAlg: 'aes128Ccm', publicKey: { kind: 'eciesNistP256', value: y1 } } },
      `80 00 80 83 ${X}`,
    ),
    spell(
      'a symmetric key in a header',
      EncryptionKey,
      { kind: 'symmetric', value: { kind: 'sm4Ccm', value: hex(KEY) } },
      `81 81 10 ${KEY}`,
    ),
  ])('%s', bothWays);
});

describe('signatures and hashes', () => {
  const { Signature } = base;
  const { HashedData } = secured;
  const p256 = (rSig: base.EccP256CurvePoint) => ({ rSig, sSig: hex(Y) });
  const p384 = { rSig: xOnly384, sSig: hex(Y48) };
  it.each<Row>([
    spell('P-256, r alone', Signature, { kind: 'ecdsaNistP256Signature', value: p256(xOnly) }, `80 80 ${X} ${Y}`),
    spell(
      'P-256, a compressed point',
      Signature,
      { kind: 'ecdsaNistP256Signature', value: p256(y1) },
      `80 83 ${X} ${Y}`,
    ),
    spell(
      'P-256, a whole point',
      Signature,
      { kind: 'ecdsaNistP256Signature', value: p256(whole) },
      `80 84 ${X} ${Y} ${Y}`,
    ),
    spell('Brainpool P-256', Signature, { kind: 'ecdsaBrainpoolP256r1Signature', value: p256(y0) }, `81 82 ${X} ${Y}`),
    spell(
      'Brainpool P-384',
      Signature,
      { kind: 'ecdsaBrainpoolP384r1Signature', value: p384 },
      `82 61 80 ${X48} ${Y48}`,
    ),
    spell('P-384', Signature, { kind: 'ecdsaNistP384Signature', value: p384 }, `83 61 80 ${X48} ${Y48}`),
    spell('SM2', Signature, { kind: 'sm2Signature', value: { rSig: hex(X), sSig: hex(Y) } }, `84 40 ${X} ${Y}`),
    spell('data hashed with SHA-256', HashedData, { kind: 'sha256HashedData', value: hex(X) }, `80 ${X}`),
    spell('data hashed with SHA-384', HashedData, { kind: 'sha384HashedData', value: hex(X48) }, `81 30 ${X48}`),
    spell('data hashed with SM3', HashedData, { kind: 'sm3HashedData', value: hex(X) }, `82 20 ${X}`),
    spell('HashedId4', base.HashedId4, hex('01020304'), '01020304'),
    spell('HashedId48', base.HashedId48, hex(X48), X48),
  ])('%s', bothWays);
});

describe('encrypted data', () => {
  const { EncryptedDataEncryptionKey: EncKey, SymmetricCiphertext, RecipientInfo, EncryptedData } = secured;
  const ecies = { v: y0, c: hex(KEY), t: hex(SEED1) };
  const ciphertext = { nonce: hex(NONCE), ccmCiphertext: hex('aabb') };
  const aes = { kind: 'aes128ccm', value: ciphertext } as const;
  const pk = { recipientId: hex(ID8), encKey: { kind: 'eciesNistP256', value: ecies } } as const;
  const pkBytes = `${ID8} 80 82 ${X} ${KEY} ${SEED1}`;
  it.each<Row>([
    spell('ECIES P-256', EncKey, { kind: 'eciesNistP256', value: ecies }, `80 82 ${X} ${KEY} ${SEED1}`),
    spell('ECIES Brainpool', EncKey, { kind: 'eciesBrainpoolP256r1', value: ecies }, `81 82 ${X} ${KEY} ${SEED1}`),
    spell(
      'SM2, in the order of either standard',
      EncKey,
      { kind: 'ecencSm2', value: { v: y1, cAndT: hex(KEY + X) } },
      `82 51 83 ${X} ${KEY} ${X}`,
    ),
    spell('AES-CCM', SymmetricCiphertext, aes, `80 ${NONCE} 02 aabb`),
    spell('SM4-CCM', SymmetricCiphertext, { kind: 'sm4Ccm', value: ciphertext }, `81 0f ${NONCE} 02 aabb`),
    spell('a key shared beforehand', RecipientInfo, { kind: 'pskRecipInfo', value: hex(ID8) }, `80 ${ID8}`),
    spell(
      'a symmetric recipient',
      RecipientInfo,
      { kind: 'symmRecipInfo', value: { recipientId: hex(ID8), encKey: aes } },
      `81 ${ID8} 80 ${NONCE} 02 aabb`,
    ),
    spell('a certificate', RecipientInfo, { kind: 'certRecipInfo', value: pk }, `82 ${pkBytes}`),
    spell('a key in signed data', RecipientInfo, { kind: 'signedDataRecipInfo', value: pk }, `83 ${pkBytes}`),
    spell('a bare key', RecipientInfo, { kind: 'rekRecipInfo', value: pk }, `84 ${pkBytes}`),
    spell('nobody', EncryptedData, { recipients: [], ciphertext: aes }, `01 00 80 ${NONCE} 02 aabb`),
  ])('%s', bothWays);
});

describe('places and times', () => {
  const { GeographicRegion: Region, Duration } = base;
  const northWest = { latitude: 900_000_001, longitude: 1_800_000_001 };
  const southEast = { latitude: -900_000_000, longitude: -1_799_999_999 };
  const [nw, se] = ['35a4e901 6b49d201', 'ca5b1700 94b62e01'];
  const units = ['microseconds', 'milliseconds', 'seconds', 'minutes', 'hours', 'sixtyHours', 'years'] as const;
  it.each<Row>([
    ...units.map((kind, index) =>
      spell(kind, Duration, { kind, value: 0x0102 }, `${(0x80 + index).toString(16)} 0102`),
    ),
    spell('a circle', Region, { kind: 'circularRegion', value: { center: northWest, radius: 5 } }, `80 ${nw} 0005`),
    spell(
      'a rectangle',
      Region,
      { kind: 'rectangularRegion', value: [{ northWest, southEast }] },
      `81 01 01 ${nw} ${se}`,
    ),
    spell('no rectangle', Region, { kind: 'rectangularRegion', value: [] }, '81 01 00'),
    spell(
      'a polygon',
      Region,
      { kind: 'polygonalRegion', value: [northWest, southEast, northWest] },
      `82 01 03 ${nw} ${se} ${nw}`,
    ),
    spell(
      'countries, regions and subregions',
      Region,
      {
        kind: 'identifiedRegion',
        value: [
          { kind: 'countryOnly', value: 840 },
          { kind: 'countryAndRegions', value: { countryOnly: 156, regions: [11, 12] } },
          {
            kind: 'countryAndSubregions',
            value: { countryOnly: 124, regionAndSubregions: [{ region: 1, subregions: [2, 0x0304] }] },
          },
        ],
      },
      '83 01 03 | 80 0348 | 81 009c 01 02 0b 0c | 82 007c 01 01 01 01 02 0002 0304',
    ),
  ])('%s', bothWays);
});

describe('permissions', () => {
  const { PsidGroupPermissions } = secured;
  const defaults = { minChainLength: 1, chainLengthRange: 0, eeType: new Set(['app'] as const) };
  it.each<Row>([
    spell('a PSID', base.PsidSsp, { psid: 0x20 }, '00 01 20'),
    spell(
      'an opaque SSP',
      base.PsidSsp,
      { psid: 0x20, ssp: { kind: 'opaque', value: hex('aa') } },
      '80 01 20 80 01 aa',
    ),
    spell(
      'an empty opaque SSP',
      base.PsidSsp,
      { psid: 0x20, ssp: { kind: 'opaque', value: hex('') } },
      '80 01 20 80 00',
    ),
    spell(
      'a bitmap SSP',
      base.PsidSsp,
      { psid: 2_113_696, ssp: { kind: 'bitmapSsp', value: hex('aa') } },
      '80 03 2040a0 81 02 01 aa',
    ),
    spell(
      'ranges of every kind, bitmaps of two lengths too',
      PsidGroupPermissions,
      {
        subjectPermissions: {
          kind: 'explicit',
          value: [
            { psid: 1 },
            { psid: 2, sspRange: { kind: 'opaque', value: [hex('aa'), hex('')] } },
            { psid: 3, sspRange: { kind: 'all', value: null } },
            { psid: 4, sspRange: { kind: 'bitmapSspRange', value: { sspValue: hex('f0'), sspBitmask: hex('ff00') } } },
          ],
        },
        ...defaults,
      },
      '00 80 01 04 | 00 01 01 | 80 01 02 80 01 02 01 aa 00 | 80 01 03 81 | 80 01 04 82 05 01 f0 02 ff00',
    ),
    spell(
      'everything, chains of any length, both kinds of end entity',
      PsidGroupPermissions,
      {
        subjectPermissions: { kind: 'all', value: null },
        minChainLength: 2,
        chainLengthRange: -1,
        eeType: new Set(['app', 'enroll'] as const),
      },
      'e0 81 01 02 01 ff c0',
    ),
    spell(
      'a length of no sense and bits without a name, which are for the linter',
      PsidGroupPermissions,
      {
        subjectPermissions: { kind: 'explicit', value: [] },
        minChainLength: 0,
        chainLengthRange: -300,
        eeType: new Set(['bit7'] as const),
      },
      'e0 80 01 00 01 00 02 fed4 01',
    ),
  ])('%s', bothWays);
});
