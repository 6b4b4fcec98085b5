/** The messages of IEEE 1609.2.1-2022 in their bytes, and the spellings they forbid. */
import { decode, decodeToShow, encode, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { hex } from '../../../../test/support/hex.js';
import { meetBentBytes } from '../bent-bytes.fixture.js';
import { AcaEeCertResponse, AcaRaCertResponse, EeEcaCertRequest, EeRaDownloadRequest } from '../scms-pdu.js';
import type { V2XSecData } from '../secured-data.js';
import {
  CERT,
  certificate,
  ENCRYPTED,
  encrypted,
  expectBothWays,
  expectSameBytes,
  SIGNATURE,
  spell,
  TBS_CERT,
  tbsCert,
  X,
} from '../spellings.fixture.js';
import { IeeeAcaRaInterfacePdu, IeeeRaAcaCertRequest, LinkageInfo, PreLinkageValue } from './aca-ra.js';
import { CamRaInterfacePdu } from './cam-ra.js';
import {
  CertificateManagementInfoStatus,
  fullIeeeCtl,
  FullIeeeTbsCtl,
  IeeeCertificateChain,
  IeeeCertManagementPdu,
  IeeeCompositeCrl,
  MultiSignedCtl,
  ToBeSignedCtlSignature,
} from './cert-management.js';
import { IeeeEcaEeCertResponse, IeeeEcaEeInterfacePdu } from './eca-ee.js';
import { IeeeEeRaCertRequest, IeeeEeRaInterfacePdu, IeeeRaEeCertAck, IeeeRaEeCertInfo } from './ee-ra.js';
import {
  IeeeScmsPdu,
  IeeeSignedCertificateRequest,
  SignedX509CertificateRequest,
  X509SignerIdentifier,
} from './scms-pdu.js';
import { SecurityMgmtSsp } from './security-mgmt-ssp.js';

const T = 0x266fa842;
const H8 = hex('0102030405060708');
const TREE = hex('1112131415161718');
const KEY = `00 80 83 ${X}`;
const key = {
  supportedSymmAlg: 'aes128Ccm',
  publicKey: { kind: 'eciesNistP256', value: { kind: 'compressed-y-1', value: hex(X) } },
} as const;
const AES = '22'.repeat(16);
const request = { version: 2, generationTime: T, type: 'explicit', tbsCert } as const;

describe('lines with devices, both ways', () => {
  it.each([
    spell('EeEcaCertRequest', EeEcaCertRequest, { ...request, type: 'implicit' }, `00 02 266FA842 01 ${TBS_CERT}`),
    spell(
      'EeEcaCertRequest with a canonical identifier',
      EeEcaCertRequest,
      { ...request, canonicalId: 'car 1' },
      `40 02 266FA842 00 ${TBS_CERT} 05 6361722031`,
    ),
    spell(
      'EcaEeCertResponse',
      IeeeEcaEeCertResponse,
      { version: 2, generationTime: T, requestHash: H8, ecaCertChain: [certificate], certificate },
      `00 02 266FA842 0102030405060708 01 01 ${CERT} ${CERT}`,
    ),
    spell(
      'EcaEeCertResponse for an implicit certificate',
      IeeeEcaEeCertResponse,
      {
        version: 2,
        generationTime: T,
        requestHash: H8,
        ecaCertChain: [],
        certificate,
        privateKeyInfo: hex(X),
      },
      `40 02 266FA842 0102030405060708 01 00 ${CERT} ${X}`,
    ),
    spell('EeRaCertRequest', IeeeEeRaCertRequest, request, `00 02 266FA842 00 ${TBS_CERT}`),
    spell(
      'EeRaCertRequest, original butterfly',
      IeeeEeRaCertRequest,
      {
        ...request,
        additionalParams: {
          kind: 'original',
          value: {
            signingExpansion: { kind: 'aes128', value: hex(AES) },
            encryptionKey: key,
            encryptionExpansion: { kind: 'sm4', value: hex(AES) },
          },
        },
      },
      `40 02 266FA842 00 ${TBS_CERT} 80 80 ${AES} ${KEY} 81 10 ${AES}`,
    ),
    spell(
      'EeRaCertRequest, unified butterfly',
      IeeeEeRaCertRequest,
      { ...request, additionalParams: { kind: 'unified', value: { kind: 'aes128', value: hex(AES) } } },
      `40 02 266FA842 00 ${TBS_CERT} 81 80 ${AES}`,
    ),
    spell(
      'EeRaCertRequest, compact unified butterfly',
      IeeeEeRaCertRequest,
      { ...request, additionalParams: { kind: 'compactUnified', value: { kind: 'aes128', value: hex(AES) } } },
      `40 02 266FA842 00 ${TBS_CERT} 82 80 ${AES}`,
    ),
    spell(
      'EeRaCertRequest with a key to encrypt to',
      IeeeEeRaCertRequest,
      { ...request, additionalParams: { kind: 'encryptionKey', value: key } },
      `40 02 266FA842 00 ${TBS_CERT} 83 ${KEY}`,
    ),
    spell(
      'RaEeCertAck',
      IeeeRaEeCertAck,
      { version: 2, generationTime: T, requestHash: H8, nextDlTime: T },
      '00 02 266FA842 0102030405060708 266FA842',
    ),
    spell(
      'RaEeCertAck with its first period',
      IeeeRaEeCertAck,
      { version: 2, generationTime: T, requestHash: H8, firstI: 0x142, nextDlTime: T },
      '40 02 266FA842 0102030405060708 0142 266FA842',
    ),
    spell(
      'RaEeCertInfo',
      IeeeRaEeCertInfo,
      { version: 2, generationTime: T, currentI: 7, requestHash: H8, nextDlTime: T },
      '00 02 266FA842 0007 0102030405060708 266FA842',
    ),
    spell(
      'RaEeCertInfo with a tree',
      IeeeRaEeCertInfo,
      { version: 2, generationTime: T, currentI: 7, requestHash: H8, nextDlTime: T, acpcTreeId: TREE },
      '40 02 266FA842 0007 0102030405060708 266FA842 1112131415161718',
    ),
    spell(
      'EeRaDownloadRequest',
      EeRaDownloadRequest,
      { generationTime: T, filename: 'A_1.zip' },
      '00 266FA842 07 415F312E7A6970',
    ),
    spell(
      'a successor request: the SPDU of a first enrolment',
      IeeeEeRaInterfacePdu,
      {
        kind: 'eeRaSuccessorEnrollmentCertRequest',
        value: { protocolVersion: 3, content: { kind: 'signedCertificateRequest', value: hex('aabb') } },
      },
      '84 03 83 02 aabb',
    ),
    spell(
      'AcaEeCertResponse',
      AcaEeCertResponse,
      { version: 2, generationTime: T, certificate },
      `00 02 266FA842 ${CERT}`,
    ),
    spell(
      'AcaEeCertResponse of a butterfly key',
      AcaEeCertResponse,
      { version: 2, generationTime: T, certificate, privateKeyInfo: hex(X) },
      `40 02 266FA842 ${CERT} ${X}`,
    ),
  ])('%s', (_, codec, value, bytes) => expectBothWays(codec, value, bytes));
});

describe('between RA and ACA, both ways', () => {
  const PLV = `02 0001 ${ENCRYPTED}`;
  const linkageInfo: LinkageInfo = {
    encPlv1: { version: 2, laId: hex('0001'), encPlv: encrypted as unknown as V2XSecData },
    encPlv2: { version: 2, laId: hex('0002'), encPlv: encrypted as unknown as V2XSecData },
  };

  it.each([
    spell(
      'RaAcaCertRequest',
      IeeeRaAcaCertRequest,
      { ...request, flags: new Set<'cubk'>() },
      `00 02 266FA842 00 00 ${TBS_CERT}`,
    ),
    spell(
      'RaAcaCertRequest with everything',
      IeeeRaAcaCertRequest,
      { ...request, flags: new Set(['butterflyExplicit'] as const), linkageInfo, certEncKey: key },
      `60 02 266FA842 00 80 00 ${PLV} ${PLV.replace('0001', '0002')} ${KEY} ${TBS_CERT}`,
    ),
    spell(
      'RaAcaCertRequest for a compact unified key',
      IeeeRaAcaCertRequest,
      { ...request, flags: new Set(['butterflyExplicit', 'cubk'] as const) },
      `00 02 266FA842 00 C0 ${TBS_CERT}`,
    ),
    spell('PreLinkageValue', PreLinkageValue, hex('07'.repeat(9)), '07'.repeat(9)),
    ...(['plain', 'private', 'cubk'] as const).map((kind, tag) =>
      spell(
        `AcaRaCertResponse, ${kind}`,
        AcaRaCertResponse,
        {
          version: 2,
          generationTime: T,
          requestHash: H8,
          acaResponse: {
            kind,
            value: { protocolVersion: 3, content: { kind: 'unsecuredData', value: hex('aa') } },
          },
        },
        `00 02 266FA842 0102030405060708 8${tag} 03 80 01 aa`,
      ),
    ),
  ])('%s', (_, codec, value, bytes) => expectBothWays(codec, value, bytes));
});

describe('trust lists and files for everybody, both ways', () => {
  const E48 = '0e'.repeat(48);
  const R32 = '0f'.repeat(32);
  const SERIES = 'FFFFFFFFFFFFFF00';
  const list: FullIeeeTbsCtl = {
    type: 1,
    ctlSeriesId: hex(SERIES),
    sequenceNumber: 3,
    effectiveDate: 0x296c99c7,
    electorApprove: [hex(E48)],
    electorRemove: [],
    rootCaApprove: [hex(R32), hex(R32)],
    rootCaRemove: [hex(R32)],
  };
  const LIST = `01 ${SERIES} 0003 296C99C7 01 01 ${E48} 01 00 01 02 ${R32} ${R32} 01 01 ${R32}`;
  const empty: V2XSecData = { protocolVersion: 3, content: { kind: 'unsecuredData', value: hex('') } };

  it.each([
    spell('FullIeeeTbsCtl', FullIeeeTbsCtl, list, `00 ${LIST}`),
    spell('FullIeeeTbsCtl with a quorum', FullIeeeTbsCtl, { ...list, quorum: 2 }, `80 ${LIST} 02 07 80 02 01 02`),
    spell(
      'FullIeeeTbsCtl with a quorum of more than a byte',
      FullIeeeTbsCtl,
      { ...list, quorum: 300 },
      `80 ${LIST} 02 07 80 03 02 012C`,
    ),
    spell(
      'ToBeSignedCtlSignature',
      ToBeSignedCtlSignature,
      { ctlSeriesId: hex(SERIES), ctlType: 1, sequenceNumber: 3, tbsCtlHash: hex(E48) },
      `${SERIES} 01 0003 ${E48}`,
    ),
    spell(
      'MultiSignedCtl',
      MultiSignedCtl,
      { type: 1, tbsCtl: hex('aabb'), unsigned: hex('0100'), signatures: [empty] },
      '01 02 aabb 02 0100 01 01 03 80 00',
    ),
    spell('CompositeCrl', IeeeCompositeCrl, { crl: [empty], homeCtl: empty }, '00 01 01 03 80 00 03 80 00'),
    spell(
      'CertificateChain',
      IeeeCertificateChain,
      { homeCtl: empty, others: [certificate] },
      `00 03 80 00 01 01 ${CERT}`,
    ),
    spell(
      'the status of everything',
      CertificateManagementInfoStatus,
      {
        crl: [{ cracaId: H8, series: 1, issueDate: T }],
        ctl: [{ ctlSeriesId: hex(SERIES), sequenceNumber: 3, lastUpdate: T }],
        caCcf: T,
        ma: [{ psids: [0x20, 0x84], updated: T }],
        ra: T,
      },
      `40 01 01 00 0102030405060708 0001 266FA842 01 01 00 ${SERIES} 0003 266FA842 266FA842
       01 01 00 01 02 01 20 01 84 266FA842 266FA842`,
    ),
    spell(
      'the status of nothing',
      CertificateManagementInfoStatus,
      { crl: [], ctl: [], caCcf: T, ma: [] },
      '00 01 00 01 00 266FA842 01 00',
    ),
  ])('%s', (_, codec, value, bytes) => expectBothWays(codec, value, bytes));

  it.each([
    ['compositeCrl', '80 00 01 00 03 80 00'],
    ['certificateChain', '81 00 03 80 00 01 00'],
    ['multiSignedCtl', '82 01 00 00 01 00'],
    ['tbsCtlSignature', `83 ${SERIES} 01 0003 ${E48}`],
    ['infoStatus', '84 00 01 00 01 00 266FA842 01 00'],
  ])('%s stands before the marker: no length behind its tag', (kind, bytes) => {
    expect(expectSameBytes(IeeeCertManagementPdu, bytes).kind).toBe(kind);
  });

  it('a trust list of a later type is kept and not opened', () => {
    const ctl = expectSameBytes(MultiSignedCtl, '02 03 aabbcc 01 dd 01 00');
    expect(ctl.tbsCtl).toEqual(hex('aabbcc'));
    expect(fullIeeeCtl(ctl)).toBeUndefined();
  });

  it('a trust list that says to be of our type and is not is refused when it is opened', () => {
    const ctl = decode(MultiSignedCtl, hex('01 03 aabbcc 02 0100 01 00'));
    expect(() => fullIeeeCtl(ctl)).toThrow(CoerError);
    expect(() => fullIeeeCtl({ ...ctl, tbsCtl: hex(`00 ${LIST}`), unsigned: hex('0101') })).toThrow(CoerError);
    expect(fullIeeeCtl({ ...ctl, tbsCtl: hex(`00 ${LIST}`), unsigned: hex('0100') })).toEqual({
      list,
      certificates: [],
    });
  });
});

describe('the frame', () => {
  it.each([
    [0, 'aca-ee', `80 80 00 02 266FA842 ${CERT}`],
    [1, 'aca-la', '81'],
    [2, 'aca-ma', '82'],
    [3, 'aca-ra', '83 81 00 02 266FA842 0102030405060708 80 03 80 00'],
    [4, 'cert', '84 84 00 01 00 01 00 266FA842 01 00'],
    [5, 'eca-ee', `85 80 00 02 266FA842 00 ${TBS_CERT}`],
    [6, 'ee-ma', '86'],
    [7, 'ee-ra', '87 83 00 266FA842 00'],
    [8, 'la-ma', '88'],
    [9, 'la-ra', '89'],
    [10, 'ma-ra', '8a'],
  ])('line %i is %s', (_, kind, bytes) => {
    expect(expectSameBytes(IeeeScmsPdu, `02 ${bytes}`).content.kind).toBe(kind);
  });

  it.each([
    ['self', `02 02 85 80 00 02 266FA841 01 ${TBS_CERT} 82 ${SIGNATURE}`],
    ['certificate', `00 02 87 80 00 02 27B1CC9C 00 ${TBS_CERT} 81 01 01 ${CERT} ${SIGNATURE}`],
  ])('a request signed by %s keeps the bytes that were signed', (kind, bytes) => {
    const { tbsRequest, signer } = expectSameBytes(IeeeSignedCertificateRequest, bytes);
    expect(signer.kind).toBe(kind);
    expect(Buffer.from(hex(bytes)).includes(Buffer.from(tbsRequest.bytes))).toBe(true);
    expect(tbsRequest.bytes[0]).toBe(2);
  });

  it('a request that an X.509 certificate signs', () => {
    const bytes = `00 02 87 80 00 02 266FA842 00 ${TBS_CERT} 80 01 02 03 308201 02 3082 ${SIGNATURE}`;
    expect(expectSameBytes(SignedX509CertificateRequest, bytes).signer).toEqual({
      kind: 'certificate',
      value: [hex('308201'), hex('3082')],
    });
  });
});

describe('forbidden spellings', () => {
  it.each<[string, Codec<unknown>, string]>([
    ['a set padding bit of RaEeCertAck', IeeeRaEeCertAck, '20 02 266FA842 0102030405060708 266FA842'],
    ['a set padding bit of LinkageInfo', LinkageInfo, `40 02 0001 ${ENCRYPTED} 02 0002 ${ENCRYPTED}`],
    ['a private key of 31 bytes', IeeeEcaEeCertResponse, `40 02 266FA842 0102030405060708 01 00 ${CERT} ${X.slice(2)}`],
    [
      'an answer without generationTime (2020)',
      IeeeEcaEeInterfacePdu,
      `81 00 02 0102030405060708 01 01 ${CERT} ${CERT}`,
    ],
    ['an AES expansion with a length', IeeeEeRaCertRequest, `40 02 266FA842 00 ${TBS_CERT} 81 80 10 ${AES}`],
    ['an SM4 expansion without one', IeeeEeRaCertRequest, `40 02 266FA842 00 ${TBS_CERT} 81 81 ${AES}`],
    ['infoStatus as an open type', IeeeCertManagementPdu, '84 09 00 01 00 01 00 266FA842 01 00'],
    ['a dc without its length', SecurityMgmtSsp, '8d 00 02'],
    ['a fourteenth part of the root', SecurityMgmtSsp, '8e 00 02'],
    [
      'a quorum with a leading zero',
      FullIeeeTbsCtl,
      `80 01 ${'00'.repeat(14)} 01 00 01 00 01 00 01 00 02 07 80 03 02 0002`,
    ],
    ['a quorum announced and absent', FullIeeeTbsCtl, `80 01 ${'00'.repeat(14)} 01 00 01 00 01 00 01 00 02 07 00`],
    ['an elector of 32 bytes', FullIeeeTbsCtl, `00 01 ${'00'.repeat(14)} 01 01 ${'0e'.repeat(32)} 01 00 01 00 01 00`],
    ['trailing bytes behind a NULL line', IeeeScmsPdu, '02 88 00'],
    ['a twelfth line', IeeeScmsPdu, '02 8b 00'],
    ['a file name of 256 characters', EeRaDownloadRequest, `00 266FA842 82 0100 ${'61'.repeat(256)}`],
    ['a file name that is not UTF-8', EeRaDownloadRequest, '00 266FA842 01 ff'],
    ['a canonical identifier that is not IA5', EeEcaCertRequest, `40 02 266FA842 00 ${TBS_CERT} 01 80`],
    ['a third LA', IeeeAcaRaInterfacePdu, '82 00'],
  ])('refuses %s', (_, codec, bytes) => {
    expect(() => decode(codec, hex(bytes))).toThrow(CoerError);
  });
});

describe('what a later edition says', () => {
  it('as an addition is skipped, like the list of authorisations of YD/T 3957', () => {
    const bytes = hex(`80 02 266FA842 00 ${TBS_CERT} 02 07 80 05 01 01 00 01 aa`);
    expect(decode(IeeeEeRaCertRequest, bytes)).toEqual(request);
  });

  it('beside an addition that we know does not hide it', () => {
    const bytes = hex(`80 01 ${'00'.repeat(14)} 01 00 01 00 01 00 01 00 02 06 C0 02 01 02 01 aa`);
    expect(decode(FullIeeeTbsCtl, bytes)).toMatchObject({ quorum: 2, electorApprove: [] });
  });

  it.each<[string, Codec<unknown>, string]>([
    ['an addition to a request', IeeeEeRaCertRequest, `80 02 266FA842 00 ${TBS_CERT} 02 07 80 02 aabb`],
    [
      'two additions to a list',
      FullIeeeTbsCtl,
      `80 01 ${'00'.repeat(14)} 01 00 01 00 01 00 01 00 02 05 E0 02 01 02 01 aa 00`,
    ],
    ['an addition to a status', CertificateManagementInfoStatus, '80 01 00 01 00 266FA842 01 00 02 07 80 01 aa'],
    ['an addition to linkage info', LinkageInfo, `80 02 0001 ${ENCRYPTED} 02 0002 ${ENCRYPTED} 02 07 80 01 aa`],
  ])('%s is shown, and comes back as it was', (_, codec, bytes) => {
    expect(() => decode(codec, hex(bytes))).not.toThrow();
    expect(encode(codec, decodeToShow(codec, hex(bytes)))).toEqual(hex(bytes));
  });

  it.each<[string, Codec<unknown>, string]>([
    ['a twelfth line', IeeeScmsPdu, '02 8b 02 aabb'],
    ['a sixth file', IeeeCertManagementPdu, '85 02 aabb'],
    ['a fifteenth part', SecurityMgmtSsp, '8e 02 0002'],
    ['a fourth answer', AcaRaCertResponse, '00 02 266FA842 0102030405060708 83 01 aa'],
  ])('%s is refused by who decides, shown, and comes back as it was', (_, codec, bytes) => {
    expect(() => decode(codec, hex(bytes))).toThrow(CoerError);
    expect(encode(codec, decodeToShow(codec, hex(bytes)))).toEqual(hex(bytes));
  });
});

describe('bent bytes that are accepted are the one spelling of their value', () => {
  it.each<[string, Codec<unknown>]>([
    ['IeeeScmsPdu', IeeeScmsPdu],
    ['IeeeSignedCertificateRequest', IeeeSignedCertificateRequest],
    ['SignedX509CertificateRequest', SignedX509CertificateRequest],
    ['X509SignerIdentifier', X509SignerIdentifier],
    ['IeeeRaAcaCertRequest', IeeeRaAcaCertRequest],
    ['FullIeeeTbsCtl', FullIeeeTbsCtl],
    ['MultiSignedCtl', MultiSignedCtl],
    ['CertificateManagementInfoStatus', CertificateManagementInfoStatus],
    ['SecurityMgmtSsp', SecurityMgmtSsp],
    ['CamRaInterfacePdu', CamRaInterfacePdu],
  ])('%s', (_, codec) => {
    const met = meetBentBytes(codec);
    expect(met.accepted).toBeGreaterThan(100);
    expect(met.refused).toBeGreaterThan(100);
  });
});
