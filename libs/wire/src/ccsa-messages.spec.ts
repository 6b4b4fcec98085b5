/** Messages, lists and permissions of YD/T 3957-2021 in their bytes, and the spellings they forbid. */
import { decode, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { hex } from '../../../test/support/hex.js';
import { meetBentBytes } from './bent-bytes.fixture.js';
import { CrlSsp } from './crl.js';
import {
  CertManagementPdu,
  EcaEeCertResponse,
  EeRaCertRequest,
  EncryptedGroupLV,
  EncryptedIndividualLV,
  LaMaInterfacePdu,
  LaRaInterfacePdu,
  RaAcaCertRequest,
  RaEeCertAck,
  RaEeCertInfo,
  ScmsPdu,
} from './scms-pdu.js';
import { ScmsSsp } from './scms-ssp.js';
import type { EncryptedData, V2XSecData } from './secured-data.js';
import {
  CERT,
  certificate,
  encrypted,
  expectBothWays,
  expectSameBytes,
  ROOT,
  SM2_SIGNATURE,
  spell,
  TBS_CERT,
  tbsCert,
  X,
} from './spellings.fixture.js';
import { PkiCertInfo, PkiCtl, PkiCtlInfo, RootCtl, ToBeSignedPkiCtl } from './trust-lists.js';

const T = 0x2107f41d;
const H8 = hex('0102030405060708');
const LV = '07'.repeat(9);
const LS = '16'.repeat(16);
const chainId = encrypted.content.value as unknown as EncryptedData;
const CHAIN_ID = `01 01 80 0102030405060708 80 ${'55'.repeat(12)} 11 ${'66'.repeat(17)}`;
const header = { iMin: 1, iMax: 2, praId: 'pra', pcaId: 'pca' };
const HEADER = '0001 0002 03 707261 03 706361';
const lv = { version: 1, laId: hex('0001'), 'enc-lv': chainId };
const ENC_LV = `01 0001 ${CHAIN_ID}`;
const SM2_KEY = `01 82 21 82 ${X}`;

describe('lines with devices, both ways', () => {
  it.each([
    spell(
      'EcaEeCertResponse has no generationTime',
      EcaEeCertResponse,
      { version: 1, requestHash: H8, ecaCertChain: [certificate], certificate },
      `00 01 0102030405060708 01 01 ${CERT} ${CERT}`,
    ),
    spell(
      'RaEeCertAck has no first period',
      RaEeCertAck,
      { version: 1, generationTime: T, requestHash: H8, nextDlTime: T },
      '00 01 2107F41D 0102030405060708 2107F41D',
    ),
    spell(
      'RaEeCertInfo has no tree',
      RaEeCertInfo,
      { version: 1, generationTime: T, currentI: 7, requestHash: H8, nextDlTime: T },
      '00 01 2107F41D 0007 0102030405060708 2107F41D',
    ),
    spell(
      'EeRaCertRequest with what an AAA gave',
      EeRaCertRequest,
      {
        version: 1,
        generationTime: T,
        type: 'explicit',
        tbsCert,
        aaaAuthorizationInfoList: [{ aaaAuthorizationInfo: hex('aa'), aaaUrl: 'u' }, { aaaAuthorizationInfo: hex('') }],
      },
      `80 01 2107F41D 00 ${TBS_CERT} 02 07 80 09 01 02 80 01 aa 01 75 00 00`,
    ),
    spell(
      'RaAcaCertRequest names no type, and one value of one LA',
      RaAcaCertRequest,
      {
        version: 1,
        generationTime: T,
        flags: new Set(['butterflyExplicit'] as const),
        linkageInfo: lv,
        certEncKey: {
          supportedSymmAlg: 'sm4Ccm',
          publicKey: { kind: 'ecencSm2', value: { kind: 'compressed-y-0', value: hex(X) } },
        },
        tbsCert,
      },
      `60 01 2107F41D 80 ${ENC_LV} ${SM2_KEY} ${TBS_CERT}`,
    ),
  ])('%s', (_, codec, value, bytes) => expectBothWays(codec, value, bytes));
});

describe('lines of the linkage authority, both ways', () => {
  it.each([
    spell('EncryptedIndividualLV', EncryptedIndividualLV, lv, ENC_LV),
    spell('EncryptedGroupLV', EncryptedGroupLV, lv, ENC_LV),
    spell(
      'new chains and chains that go on',
      LaRaInterfacePdu,
      {
        kind: 'praLaLinkageValueRequest',
        value: {
          kind: 'individualLVRequest',
          value: { header, jMax: 20, numberOfFreshInd: 3, continuationsInd: [chainId] },
        },
      },
      `80 80 C0 ${HEADER} 14 00000003 01 01 ${CHAIN_ID}`,
    ),
    spell(
      'neither',
      LaRaInterfacePdu,
      {
        kind: 'praLaLinkageValueRequest',
        value: { kind: 'individualLVRequest', value: { header, jMax: 20 } },
      },
      `80 80 00 ${HEADER} 14`,
    ),
    spell(
      'a group',
      LaRaInterfacePdu,
      {
        kind: 'praLaLinkageValueRequest',
        value: { kind: 'groupLVRequest', value: { header, jMax: 300, groupIdentifier: hex('0a0b0c0d') } },
      },
      `80 81 ${HEADER} 0000012C 0A0B0C0D`,
    ),
    spell(
      'values by period and j, and of a group',
      LaRaInterfacePdu,
      {
        kind: 'laPraLinkageValueResponse',
        value: {
          iMin: 1,
          iMax: 2,
          individualLVs: [{ jMax: 1, values: [[lv], [lv]], linkageChainId: chainId }],
          groupLVs: [{ jMax: 1, values: [[lv]], groupIdentifier: hex('0a0b0c0d') }],
        },
      },
      `81 0001 0002 01 01 01 01 02 01 01 ${ENC_LV} 01 01 ${ENC_LV} ${CHAIN_ID}
       01 01 00000001 01 01 01 01 ${ENC_LV} 0A0B0C0D`,
    ),
    spell(
      'a question for seeds',
      LaMaInterfacePdu,
      {
        kind: 'maLaLinkageSeedRequest',
        value: {
          maId: hex('6d61'),
          individualLVs: [{ iValue: 7, lv: hex(LV) }],
          groupLVs: [{ iValue: 7, j: 9, lv: hex(LV) }],
        },
      },
      `80 02 6d61 01 01 0007 ${LV} 01 01 0007 00000009 ${LV}`,
    ),
    spell(
      'seeds',
      LaMaInterfacePdu,
      {
        kind: 'laMaLinkageSeedResponse',
        value: {
          requestHash: H8,
          laId: hex('0001'),
          individualLSInfos: [{ i: 7, lv: hex(LV), ls: hex(LS) }],
          groupLSInfos: [{ i: 7, j: 9, lv: hex(LV), ls: hex(LS) }],
        },
      },
      `81 0102030405060708 0001 01 01 0007 ${LV} ${LS} 01 01 0007 00000009 ${LV} ${LS}`,
    ),
  ])('%s', (_, codec, value, bytes) => expectBothWays(codec, value, bytes));

  it.each([
    ['la-ma', '88 80 00 01 00 01 00'],
    ['la-ra', `89 80 80 00 ${HEADER} 14`],
    ['aca-la', '81'],
    ['aca-ma', '82'],
    ['ee-ma', '86'],
    ['ma-ra', '8a'],
  ])('the line %s', (kind, bytes) => {
    expect(expectSameBytes(ScmsPdu, `01 ${bytes}`).content.kind).toBe(kind);
  });
});

describe('files and lists, both ways', () => {
  const crl: V2XSecData = { protocolVersion: 3, content: { kind: 'unsecuredData', value: hex('') } };
  const issuer = { kind: 'sm3AndDigest', value: hex('0b2c85a0f3b2622c') } as const;
  const HEAD = '01 83 08 0b2c85a0f3b2622c 0002 1F79ED3D 3248933D';

  it.each([
    spell(
      'CompositeCrl without a trust list',
      CertManagementPdu,
      { kind: 'compositeCrl', value: { crl: [crl, crl] } },
      '80 00 01 02 03 80 00 03 80 00',
    ),
    spell(
      'CertificateChain without one',
      CertManagementPdu,
      { kind: 'certificateChain', value: { others: [certificate] } },
      `81 00 01 01 ${CERT}`,
    ),
    spell('a root without a list', PkiCtlInfo, { rootCertificate: certificate }, `00 ${CERT}`),
    spell('a root with a list', PkiCtlInfo, { rootCertificate: certificate, caListUrl: 'u' }, `80 ${CERT} 01 75`),
    spell(
      'the CAs of a domain, its CRLs and its MA',
      PkiCertInfo,
      { certificate: [certificate, certificate], crlUrl: 'u', maUrl: 'v' },
      `C0 01 02 ${CERT} ${CERT} 01 75 01 76`,
    ),
    spell('a domain with an MA alone', PkiCertInfo, { certificate: [], maUrl: 'v' }, '40 01 00 01 76'),
    spell(
      'a TDCL of nothing',
      ToBeSignedPkiCtl,
      { version: 1, issuer, series: 2, issueDate: 0x1f79ed3d, nextPkiCtl: 0x3248933d, pkiCertInfoList: [] },
      `${HEAD} 01 00`,
    ),
  ])('%s', (_, codec, value, bytes) => expectBothWays(codec, value, bytes));

  it('a TRCL of five roots keeps the bytes that its signature covers', () => {
    const entries = Array.from({ length: 5 }, () => `80 ${ROOT} 01 75`).join(' ');
    const list = expectSameBytes(RootCtl, `${HEAD} 01 05 ${entries} ${SM2_SIGNATURE}`);
    expect(list.toBeSignedRootCtl.value.pkiCtlInfoList).toHaveLength(5);
    expect(list.toBeSignedRootCtl.bytes).toEqual(hex(`${HEAD} 01 05 ${entries}`));
  });

  it('a TDCL of two domains keeps them too', () => {
    const entries = `80 01 02 ${CERT} ${CERT} 01 75 00 01 00`;
    const list = expectSameBytes(PkiCtl, `${HEAD} 01 02 ${entries} ${SM2_SIGNATURE}`);
    expect(list.toBeSignedPkiCtl.bytes).toEqual(hex(`${HEAD} 01 02 ${entries}`));
  });

  it('a list that another issuer, hash or curve signs is read all the same', () => {
    const tbs = `01 80 0102030405060708 FFFF 00000001 00000000 01 00`;
    expectSameBytes(RootCtl, `${tbs} 80 80 ${X} ${X}`);
    const half = X.slice(0, 32);
    expectSameBytes(PkiCtl, `${tbs} 82 61 83 ${X} ${half} ${X} ${half}`);
  });

  it('an address may have 511 characters, and no more', () => {
    const url = (length: number): string =>
      `80 ${CERT} 82 ${length.toString(16).padStart(4, '0')} ${'75'.repeat(length)}`;
    expect(expectSameBytes(PkiCtlInfo, url(511)).caListUrl).toHaveLength(511);
    expect(() => decode(PkiCtlInfo, hex(url(512)))).toThrow(CoerError);
  });
});

describe('permissions in the system', () => {
  const names = ['root', 'ma', 'pg', 'ica', 'eca', 'cra', 'dcm', 'aca', 'la', 'ra', 'ee'];
  const content = (name: string): string =>
    name === 'la' ? '00 01 0102' : name === 'ma' ? '00 01 01 01 01 6F' : '00 01';

  it.each(names.map((name, tag) => [name, `8${tag.toString(16)} ${content(name)}`]))('%s: %s', (kind, bytes) => {
    expect(expectSameBytes(ScmsSsp, bytes)).toMatchObject({ kind, value: { version: 1 } });
  });

  it('what an MA looks after, which LA it is, which lists a CRACA signs', () => {
    expectBothWays(
      ScmsSsp,
      { kind: 'ma', value: { version: 1, relevantAids: [111, 3624] } },
      '81 00 01 01 02 01 6F 02 0E28',
    );
    expectBothWays(ScmsSsp, { kind: 'la', value: { version: 1, laId: 258 } }, '88 00 01 0102');
    expectBothWays(CrlSsp, { version: 1, associatedCraca: 'issuerIsCraca', crls: [0, 1] }, '00 01 01 01 02 0000 0001');
  });
});

describe('forbidden spellings', () => {
  it.each<[string, Codec<unknown>, string]>([
    ['an IEEE answer with its generationTime', EcaEeCertResponse, `00 02 266FA842 0102030405060708 01 00 ${CERT}`],
    ['an acknowledgement with a first period', RaEeCertAck, '40 02 266FA842 0102030405060708 0142 266FA842'],
    [
      'a list of authorisations with trailing bytes',
      EeRaCertRequest,
      `80 01 2107F41D 00 ${TBS_CERT} 02 07 80 05 01 01 00 00 00`,
    ],
    ['a third kind of linkage request', LaRaInterfacePdu, '80 82 00'],
    ['a set padding bit of a linkage request', LaRaInterfacePdu, `80 80 20 ${HEADER} 14`],
    ['a linkage value of eight bytes', LaMaInterfacePdu, `80 00 01 01 0007 ${'07'.repeat(8)} 01 00`],
    ['an MA with a name of 256 bytes', LaMaInterfacePdu, `80 82 0100 ${'6d'.repeat(256)} 01 00 01 00`],
    ['a third file', CertManagementPdu, '82 01 00 00 01 00'],
    ['a twelfth role', ScmsSsp, '8b 00 01'],
    ['a set padding bit of a role', ScmsSsp, '80 40 01'],
    ['an LA that is told by one byte', ScmsSsp, '88 00 01 01'],
    ['a set padding bit of a TDCL entry', PkiCertInfo, '20 01 00'],
    ['a root with a set padding bit', PkiCtlInfo, `40 ${CERT}`],
    ['a TRCL without its signature', RootCtl, '01 80 0102030405060708 FFFF 00000001 00000000 01 00'],
  ])('refuses %s', (_, codec, bytes) => {
    expect(() => decode(codec, hex(bytes))).toThrow(CoerError);
  });
});

describe('bent bytes that are accepted are the one spelling of their value', () => {
  it.each<[string, Codec<unknown>]>([
    ['LaMaInterfacePdu', LaMaInterfacePdu],
    ['LaRaInterfacePdu', LaRaInterfacePdu],
    ['CertManagementPdu', CertManagementPdu],
    ['EeRaCertRequest', EeRaCertRequest],
    ['ScmsSsp', ScmsSsp],
    ['PkiCertInfo', PkiCertInfo],
  ])('%s', (_, codec) => {
    const met = meetBentBytes(codec);
    expect(met.accepted).toBeGreaterThan(100);
    expect(met.refused).toBeGreaterThan(100);
  });
});
