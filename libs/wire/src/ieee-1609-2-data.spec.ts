/**
 * Every alternative and every addition of certificates, secured data and CRLs of IEEE 1609.2-2022 (schema 2.6, CRL base
 * types 3.2) in its bytes, both ways. Those of YD/T 3957-2021 alone stand among them.
 */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { sequenceOf } from '#coer/sequence.js';
import { hex } from '../../../test/support/hex.js';
import {
  X,
  Y,
  X48,
  Y48,
  KEY,
  ID8,
  NONCE,
  SEED1,
  SEED2,
  LV,
  y0,
  y1,
  whole,
  xOnly384,
  spell,
  bothWays,
  type Row,
} from './both-ways.fixture.js';
import * as crl from './crl.js';
import * as secured from './secured-data.js';

const tbs: secured.ToBeSignedCertificate = {
  id: { kind: 'none', value: null },
  cracaId: hex('010203'),
  crlSeries: 4,
  validityPeriod: { start: 5, duration: { kind: 'hours', value: 169 } },
  verifyKeyIndicator: { kind: 'reconstructionValue', value: y0 },
};
const tbsBytes = `00 83 010203 0004 00000005 84 00a9 81 82 ${X}`;
const certificate = preserve(secured.CertificateBase, {
  version: 3,
  type: 'implicit',
  issuer: { kind: 'sha256AndDigest', value: hex(ID8) },
  toBeSigned: preserve(secured.ToBeSignedCertificate, tbs),
});
const certificateBytes = `00 03 01 80 ${ID8} ${tbsBytes}`;

describe('certificates', () => {
  const { CertificateId, IssuerIdentifier, VerificationKeyIndicator, ToBeSignedCertificate } = secured;
  const group = { jValue: hex('0000000f'), value: hex(LV) };
  const permission = {
    subjectPermissions: { kind: 'all', value: null },
    minChainLength: 1,
    chainLengthRange: 0,
    eeType: new Set(['app'] as const),
  } as const;
  const sm2Key = { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'ecencSm2', value: y0 } } as const;
  it.each<Row>([
    spell(
      'linkage data',
      CertificateId,
      { kind: 'linkageData', value: { iCert: 1, 'linkage-value': hex(LV) } },
      `80 00 0001 ${LV}`,
    ),
    spell(
      'linkage data of a group',
      CertificateId,
      { kind: 'linkageData', value: { iCert: 1, 'linkage-value': hex(LV), 'group-linkage-value': group } },
      `80 80 0001 ${LV} 0000000f ${LV}`,
    ),
    spell('a name', CertificateId, { kind: 'name', value: '' }, '81 00'),
    spell('a binary id', CertificateId, { kind: 'binaryId', value: hex('aa') }, '82 01 aa'),
    spell('no id', CertificateId, { kind: 'none', value: null }, '83'),
    spell('an issuer by SHA-256', IssuerIdentifier, { kind: 'sha256AndDigest', value: hex(ID8) }, `80 ${ID8}`),
    spell('self by SHA-384', IssuerIdentifier, { kind: 'self', value: 'sha384' }, '81 01'),
    spell('an issuer by SHA-384', IssuerIdentifier, { kind: 'sha384AndDigest', value: hex(ID8) }, `82 08 ${ID8}`),
    spell('an issuer by SM3', IssuerIdentifier, { kind: 'sm3AndDigest', value: hex(ID8) }, `83 08 ${ID8}`),
    spell(
      'a key',
      VerificationKeyIndicator,
      { kind: 'verificationKey', value: { kind: 'ecdsaNistP384', value: xOnly384 } },
      `80 83 31 80 ${X48}`,
    ),
    spell(
      'a reconstruction value, whole',
      VerificationKeyIndicator,
      { kind: 'reconstructionValue', value: whole },
      `81 84 ${X} ${Y}`,
    ),
    spell('nothing optional', ToBeSignedCertificate, tbs, tbsBytes),
    spell(
      'everything optional',
      ToBeSignedCertificate,
      {
        ...tbs,
        region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 840 }] },
        assuranceLevel: hex('e3'),
        appPermissions: [{ psid: 0x20 }],
        certIssuePermissions: [permission],
        certRequestPermissions: [permission],
        canRequestRollover: null,
        encryptionKey: sm2Key,
      },
      `7f 83 010203 0004 00000005 84 00a9 | 83 01 01 80 0348 | e3 | 01 01 00 01 20 | 01 01 00 81 | 01 01 00 81 |
       01 82 21 82 ${X} | 81 82 ${X}`.replace(/\n/g, ' '),
    ),
    spell(
      'empty lists',
      ToBeSignedCertificate,
      { ...tbs, appPermissions: [], certIssuePermissions: [], certRequestPermissions: [] },
      `1c 83 010203 0004 00000005 84 00a9 | 01 00 01 00 01 00 | 81 82 ${X}`,
    ),
    spell(
      'flags alone',
      ToBeSignedCertificate,
      { ...tbs, flags: new Set(['usesCubk'] as const) },
      `80 83 010203 0004 00000005 84 00a9 81 82 ${X} | 02 04 80 | 01 80`,
    ),
    spell(
      'all additions',
      ToBeSignedCertificate,
      {
        ...tbs,
        flags: new Set(['usesCubk', 'bit7'] as const),
        appExtensions: [{ id: 1, content: encode(secured.OperatingOrganizationId, '1.2.3.4') }],
        certIssueExtensions: [
          { id: 1, permissions: { kind: 'specific', value: hex('') } },
          { id: 2, permissions: { kind: 'all', value: null } },
        ],
        certRequestExtension: [
          { id: 1, permissions: { kind: 'content', value: hex('') } },
          { id: 2, permissions: { kind: 'all', value: null } },
        ],
      },
      `80 83 010203 0004 00000005 84 00a9 81 82 ${X} | 02 04 f0 | 01 81 | 08 01 01 01 04 03 2a0304 |
       07 01 02 01 80 00 02 81 | 07 01 02 01 80 00 02 81`.replace(/\n/g, ' '),
    ),
    spell('an implicit certificate', secured.Certificate, certificate, certificateBytes),
    spell(
      'an explicit certificate',
      secured.CertificateBase,
      {
        ...certificate.value,
        type: 'explicit',
        issuer: { kind: 'self', value: 'sha256' },
        signature: { kind: 'ecdsaNistP256Signature', value: { rSig: y1, sSig: hex(Y) } },
      },
      `80 03 00 81 00 ${tbsBytes} 80 83 ${X} ${Y}`,
    ),
    spell(
      'what only a linter minds: another version, both kinds at once',
      secured.CertificateBase,
      { ...certificate.value, version: 2, signature: { kind: 'ecdsaNistP256Signature', value: { rSig: { kind: 'fill', value: null }, sSig: hex(Y) } } }, // prettier-ignore
      `80 02 01 80 ${ID8} ${tbsBytes} 80 81 ${Y}`,
    ),
  ])('%s', bothWays);
});

describe('secured data', () => {
  const { V2XSecData, SignedDataPayload: Payload, HeaderInfo, SignerIdentifier } = secured;
  const data = { protocolVersion: 3, content: { kind: 'unsecuredData', value: hex('aa') } } as const;
  const extDataHash = { kind: 'sm3HashedData', value: hex(X) } as const;
  const of = (content: secured.V2XSecDataContent): secured.V2XSecData => ({ protocolVersion: 3, content });
  it.each<Row>([
    spell('unsecured', V2XSecData, data, '03 80 01 aa'),
    spell(
      'encrypted',
      V2XSecData,
      of({
        kind: 'encryptedData',
        value: {
          recipients: [{ kind: 'pskRecipInfo', value: hex(ID8) }],
          ciphertext: { kind: 'aes128ccm', value: { nonce: hex(NONCE), ccmCiphertext: hex('') } },
        },
      }),
      `03 82 01 01 80 ${ID8} 80 ${NONCE} 00`,
    ),
    spell('a request', V2XSecData, of({ kind: 'signedCertificateRequest', value: hex('aa') }), '03 83 01 aa'),
    spell(
      'a request by X.509',
      V2XSecData,
      of({ kind: 'signedX509CertificateRequest', value: hex('aa') }),
      '03 84 02 01 aa',
    ),
    spell('another version', V2XSecData, { ...data, protocolVersion: 2 }, '02 80 01 aa'),
    spell('a payload', Payload, { data }, '40 03 80 01 aa'),
    spell('a hash of what is elsewhere', Payload, { extDataHash }, `20 82 20 ${X}`),
    spell('an omitted payload', Payload, { omitted: null }, '80 02 07 80 00'),
    spell('all three', Payload, { data, extDataHash, omitted: null }, `e0 03 80 01 aa 82 20 ${X} 02 07 80 00`),
    spell('none of the three', Payload, {}, '00'),
    spell('a digest', SignerIdentifier, { kind: 'digest', value: hex(ID8) }, `80 ${ID8}`),
    spell(
      'two certificates',
      SignerIdentifier,
      { kind: 'certificate', value: [certificate, certificate] },
      `81 01 02 ${certificateBytes} ${certificateBytes}`,
    ),
    spell('no certificate', SignerIdentifier, { kind: 'certificate', value: [] }, '81 01 00'),
    spell('self', SignerIdentifier, { kind: 'self', value: null }, '82'),
    spell('an X.509 certificate', SignerIdentifier, { kind: 'x509', value: hex('aa') }, '83 02 01 aa'),
    spell(
      'a header with all its root fields',
      HeaderInfo,
      {
        psid: 0x20,
        generationTime: 0x0001cf394a367009n,
        expiryTime: 1n,
        generationLocation: { latitude: 1, longitude: -1, elevation: 2 },
        p2pcdLearningRequest: hex('0a0b0c'),
        missingCrlIdentifier: { cracaId: hex('010203'), crlSeries: 4 },
        encryptionKey: { kind: 'symmetric', value: { kind: 'aes128Ccm', value: hex(KEY) } },
      },
      `7e 01 20 0001cf394a367009 0000000000000001 00000001 ffffffff 0002 0a0b0c 00 010203 0004 81 80 ${KEY}`,
    ),
    spell('a header with a request for certificates', HeaderInfo, { psid: 0x20, inlineP2pcdRequest: [hex('0a0b0c')] }, '80 01 20 02 04 80 05 01 01 0a0b0c'), // prettier-ignore
    spell(
      'a header with all its additions',
      HeaderInfo,
      {
        psid: 0x20,
        inlineP2pcdRequest: [],
        requestedCertificate: certificate,
        pduFunctionalType: 3,
        contributedExtensions: [
          {
            contributorId: 1,
            extns: [encode(secured.Ieee1609ContributedHeaderInfoExtension, { id: 1, content: hex(ID8) })],
          },
          { contributorId: 2, extns: [hex(''), hex('aa')] },
        ],
      },
      `80 01 20 02 04 f0 | 02 01 00 | 3c ${certificateBytes} | 01 03 |
       16 01 02 | 01 01 01 0a 01 08 ${ID8} | 02 01 02 00 01 aa`.replace(/\n/g, ' '),
    ),
    spell(
      'signed data',
      V2XSecData,
      of({
        kind: 'signedData',
        value: {
          hashId: 'sha384',
          tbsData: preserve(secured.ToBeSignedData, { payload: { data }, headerInfo: { psid: 0x20 } }),
          signer: { kind: 'self', value: null },
          signature: { kind: 'ecdsaNistP384Signature', value: { rSig: xOnly384, sSig: hex(Y48) } },
        },
      }),
      `03 81 01 40 03 80 01 aa 00 01 20 82 83 61 80 ${X48} ${Y48}`,
    ),
  ])('%s', bothWays);
});

describe('revocation lists', () => {
  const of = (typeSpecific: crl.CrlContents['typeSpecific']): crl.CrlContents => ({
    version: 1,
    crlSeries: 2,
    crlCraca: hex(ID8),
    issueDate: 9,
    nextCrl: 3,
    priorityInfo: {},
    typeSpecific,
  });
  const head = `01 0002 ${ID8} 00000009 00000003 00`;
  const byHash = { crlSerial: 7, entries: [{ id: hex('0102030405060708090a'), expiry: 8 }] };
  const byHashBytes = '00 00000007 01 01 00 0102030405060708090a 00000008';
  const individual = [
    {
      jmax: 20,
      contents: [
        {
          la1Id: hex('0001'),
          la2Id: hex('0002'),
          contents: [{ iMax: 156, contents: [{ 'linkage-seed1': hex(SEED1), 'linkage-seed2': hex(SEED2) }] }],
        },
      ],
    },
  ];
  const individualBytes = `01 01 00 14 01 01 00 0001 0002 01 01 00 009c 01 01 00 ${SEED1} ${SEED2}`;
  const groups = [
    { iMax: 3, la1Id: hex('0001'), linkageSeed1: hex(SEED1), la2Id: hex('0002'), linkageSeed2: hex(SEED2) },
  ];
  const groupsBytes = `01 01 00 0003 0001 ${SEED1} 0002 ${SEED2}`;
  const groupsSingleSeed = [{ iMax: 3, laId: hex('0001'), linkageSeed: hex(SEED1) }];
  const singleBytes = `01 01 0003 0001 ${SEED1}`;
  const start = { iRev: 5, indexWithinI: 6 };
  const algorithms = { seedEvolution: null, lvGeneration: null };
  it.each<Row>([
    spell('full, by hash', crl.CrlContents, of({ kind: 'fullHashCrl', value: byHash }), `${head} 80 ${byHashBytes}`),
    spell('delta, by hash', crl.CrlContents, of({ kind: 'deltaHashCrl', value: byHash }), `${head} 81 ${byHashBytes}`),
    spell(
      'full, linked, individuals',
      crl.CrlContents,
      of({ kind: 'fullLinkedCrl', value: { ...start, individual } }),
      `${head} 82 40 0005 06 ${individualBytes}`,
    ),
    spell(
      'delta, linked, groups',
      crl.CrlContents,
      of({ kind: 'deltaLinkedCrl', value: { ...start, groups } }),
      `${head} 83 20 0005 06 ${groupsBytes}`,
    ),
    spell(
      'linked, everything',
      crl.ToBeSignedLinkageValueCrl,
      { ...start, individual, groups, groupsSingleSeed },
      `e0 0005 06 ${individualBytes} ${groupsBytes} 02 07 80 16 ${singleBytes}`,
    ),
    spell('linked, nothing', crl.ToBeSignedLinkageValueCrl, start, '00 0005 06'),
    spell(
      'full, linked, with algorithms',
      crl.CrlContents,
      of({ kind: 'fullLinkedCrlWithAlg', value: { ...start, ...algorithms, groups } }),
      `${head} 84 2d 20 0005 06 ${groupsBytes}`,
    ),
    spell(
      'delta, linked, with algorithms',
      crl.CrlContents,
      of({ kind: 'deltaLinkedCrlWithAlg', value: { ...start, ...algorithms, individual, groups, groupsSingleSeed } }),
      `${head} 85 76 70 0005 06 ${individualBytes} ${groupsBytes} ${singleBytes}`,
    ),
    spell('a priority', crl.CrlPriorityInfo, { priority: 9 }, '40 09'),
    spell(
      'a single seed',
      crl.IMaxGroup,
      { iMax: 3, contents: [], singleSeeds: [hex(SEED1)] },
      `80 0003 01 00 02 07 80 12 01 01 ${SEED1}`,
    ),
    spell(
      'the algorithms',
      sequenceOf(crl.ExpansionAlgorithmIdentifier),
      ['sha256ForI-aesForJ', 'sm3ForI-sm4ForJ'],
      '01 02 00 01',
    ),
    spell(
      'the permission',
      crl.CrlSsp,
      { version: 1, associatedCraca: 'issuerIsCraca', crls: [1, 256] },
      '00 01 01 01 02 0001 0100',
    ),
  ])('%s', bothWays);
});
