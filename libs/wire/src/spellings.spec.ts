/** Types of both standards and of our own in their bytes, and errors that say where. */
import { readFileSync } from 'node:fs';
import { decode, decodeToShow, encode, tryDecode, type Codec } from '#coer/codec.js';
import { sequenceOf } from '#coer/sequence.js';
import { hex } from '../../../test/support/hex.js';
import {
  EndEntityType,
  GeographicRegion,
  HashAlgorithm,
  PublicEncryptionKey,
  PublicVerificationKey,
  Signature,
  SymmetricEncryptionKey,
  ThreeDLocation,
} from './base-types.js';
import { IMaxGroup, ToBeSignedLinkageValueCrl } from './crl.js';
import { ObservationsByTarget } from './misbehaviour-report.js';
import { EeRaCertRequest, RaAcaCertRequest } from './scms-pdu.js';
import { EncryptedDataEncryptionKey, HeaderInfo, LinkageData, SignerIdentifier, V2XSecData } from './secured-data.js';

const x = '11'.repeat(32);
const chain = JSON.parse(readFileSync('test/vectors/derived/ccsa-chain-spdu.json', 'utf8')) as Record<string, string>;
const spell = <T>(name: string, codec: Codec<T>, value: NoInfer<T>, bytes: string) =>
  [name, codec, value, bytes] as [string, Codec<unknown>, unknown, string];

it.each([
  spell(
    'the region China',
    GeographicRegion,
    { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] },
    '83 01 01 80 009c',
  ),
  spell(
    'an SM2 verification key',
    PublicVerificationKey,
    { kind: 'ecsigSm2', value: { kind: 'compressed-y-1', value: hex(x) } },
    `84 21 83 ${x}`,
  ),
  spell(
    'an SM2 encryption key',
    PublicEncryptionKey,
    { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'ecencSm2', value: { kind: 'compressed-y-0', value: hex(x) } } },
    `01 82 21 82 ${x}`,
  ),
  spell(
    'an SM4 key',
    SymmetricEncryptionKey,
    { kind: 'sm4Ccm', value: hex('22'.repeat(16)) },
    `81 10 ${'22'.repeat(16)}`,
  ),
  spell(
    'an AES key',
    SymmetricEncryptionKey,
    { kind: 'aes128Ccm', value: hex('22'.repeat(16)) },
    `80 ${'22'.repeat(16)}`,
  ),
  spell(
    'an SM2 signature',
    Signature,
    { kind: 'sm2Signature', value: { rSig: hex(x), sSig: hex(x) } },
    `84 40 ${x} ${x}`,
  ),
  spell(
    'an SM2 encrypted key',
    EncryptedDataEncryptionKey,
    { kind: 'ecencSm2', value: { v: { kind: 'compressed-y-0', value: hex(x) }, cAndT: hex('33'.repeat(48)) } },
    `82 51 82 ${x} ${'33'.repeat(48)}`,
  ),
  spell('a place', ThreeDLocation, { latitude: 399_000_000, longitude: -1, elevation: 4096 }, '17c841c0 ffffffff 1000'),
  spell('both kinds of end entity', EndEntityType, new Set(['app', 'enroll'] as const), 'c0'),
  spell('linkage data with a group', LinkageData, { iCert: 1, 'linkage-value': hex('07'.repeat(9)), 'group-linkage-value': { jValue: hex('0000000f'), value: hex('08'.repeat(9)) } }, `80 0001 ${'07'.repeat(9)} 0000000f ${'08'.repeat(9)}`), // prettier-ignore
  spell('an X.509 signer', SignerIdentifier, { kind: 'x509', value: hex('aa') }, '83 02 01 aa'),
  spell('the algorithms', sequenceOf(HashAlgorithm), ['sha256', 'sha384', 'sm3'], '01 03 00 01 02'),
  spell(
    'a header with its functional type',
    HeaderInfo,
    { psid: 111, pduFunctionalType: 2 },
    '80 01 6f 02 04 20 01 02',
  ),
  spell(
    'a single seed',
    IMaxGroup,
    { iMax: 3, contents: [], singleSeeds: [hex('44'.repeat(16))] },
    `80 0003 01 00 02 07 80 12 01 01 ${'44'.repeat(16)}`,
  ),
  spell(
    'a linked CRL of nothing',
    ToBeSignedLinkageValueCrl,
    { iRev: 1, indexWithinI: 0, individual: [] },
    '40 0001 00 01 00',
  ),
  spell(
    'an observation is an open type',
    ObservationsByTarget,
    { tgtId: 2, observations: [{ obsId: 6, obs: hex('') }] },
    '02 01 01 02 06 00',
  ),
])('writes and reads %s', (_, codec, value, bytes) => {
  expect(encode(codec, value)).toEqual(hex(bytes));
  expect(decode(codec, hex(bytes))).toEqual(value);
});

describe('additions of our types', () => {
  const lv = { version: 1, laId: hex('0002'), 'enc-lv': { recipients: [{ kind: 'pskRecipInfo' as const, value: hex('0102030405060708') }], ciphertext: { kind: 'sm4Ccm' as const, value: { nonce: hex('55'.repeat(12)), ccmCiphertext: hex('66'.repeat(25)) } } } }; // prettier-ignore
  const tbsCert: EeRaCertRequest['tbsCert'] = {
    id: { kind: 'none', value: null },
    cracaId: hex('000000'),
    crlSeries: 0,
    validityPeriod: { start: 1, duration: { kind: 'hours', value: 168 } },
    verifyKeyIndicator: {
      kind: 'verificationKey',
      value: { kind: 'ecsigSm2', value: { kind: 'compressed-y-0', value: hex(x) } },
    },
  };

  it('secondLinkageInfo goes out and comes in; without it the bytes are those of the standard', () => {
    const one: RaAcaCertRequest = {
      version: 1,
      generationTime: 5,
      flags: new Set(['butterflyExplicit']),
      linkageInfo: lv,
      tbsCert,
    };
    const two: RaAcaCertRequest = { ...one, secondLinkageInfo: { ...lv, laId: hex('0003') } };
    const [plain, extended] = [encode(RaAcaCertRequest, one), encode(RaAcaCertRequest, two)];
    expect(plain[0]).toBe(0x40);
    expect(extended[0]).toBe(0xc0);
    expect(extended.subarray(1, plain.length)).toEqual(plain.subarray(1));
    expect(Buffer.from(extended.subarray(plain.length, plain.length + 3)).toString('hex')).toBe('020780');
    expect(decode(RaAcaCertRequest, extended)).toEqual(two);
    expect(decode(RaAcaCertRequest, plain)).toEqual(one);
  });

  it('aaaAuthorizationInfoList goes out and comes in', () => {
    const request: EeRaCertRequest = {
      version: 1,
      generationTime: 5,
      type: 'explicit',
      tbsCert,
      aaaAuthorizationInfoList: [
        { aaaAuthorizationInfo: hex('aa'), aaaUrl: 'https://aaa.example' },
        { aaaAuthorizationInfo: hex('bb') },
      ],
    };
    expect(decode(EeRaCertRequest, encode(EeRaCertRequest, request))).toEqual(request);
  });

  it('of a later edition are skipped, and shown to who only shows', () => {
    const later = hex('80 01 20 | 02 03 28 | 01 02 | 03 01 01 00');
    expect(decode(HeaderInfo, later)).toEqual({ psid: 0x20, pduFunctionalType: 2 });
    const shown = decodeToShow(HeaderInfo, later);
    expect(shown).toEqual({
      psid: 0x20,
      pduFunctionalType: 2,
      '...': { count: 5, unknown: [{ index: 4, bytes: hex('01 01 00') }] },
    });
    expect(encode(HeaderInfo as Codec<unknown>, shown)).toEqual(later);
  });

  it('of YD/T 3957-2021 have a shorter bitmap, which is read and shown as it was', () => {
    const earlier = hex('80 01 20 | 02 05 20 | 01 02');
    expect(decode(HeaderInfo, earlier)).toEqual({ psid: 0x20, pduFunctionalType: 2 });
    expect(encode(HeaderInfo as Codec<unknown>, decodeToShow(HeaderInfo, earlier))).toEqual(earlier);
  });
});

describe('errors say where', () => {
  const message = hex(chain['spdu_with_certificate'] as string);

  it('with path and offset', () => {
    expect(tryDecode(V2XSecData, message.subarray(0, 18))).toEqual({
      ok: false,
      why: 'content.signedData.tbsData.headerInfo @18: unexpected end',
    });
    expect(tryDecode(V2XSecData, message.subarray(0, 20))).toEqual({
      ok: false,
      why: 'content.signedData.tbsData.headerInfo.psid @19: unexpected end',
    });
  });

  it('with the place in a list', () => {
    expect(tryDecode(V2XSecData, message.subarray(0, 40))).toEqual({
      ok: false,
      why: expect.stringMatching(
        /^content\.signedData\.signer\.certificate\[0\]\.issuer\.sm3AndDigest @\d+: unexpected end$/,
      ),
    });
  });

  it('at every cut of a message, and never with anything but a refusal', () => {
    for (let length = 0; length < message.length; length++) {
      expect(tryDecode(V2XSecData, message.subarray(0, length))).toMatchObject({ ok: false });
    }
  });
});

describe('signed data in signed data', () => {
  /** Bytes of a message in which signed data contains signed data, `levels` deep. */
  function nested(levels: number): Uint8Array {
    const head = Array.from({ length: levels }, () => '03 81 02 40').join('');
    const tail = Array.from({ length: levels }, () => `00 01 6f 82 84 40 ${x} ${x}`).join('');
    return hex(`${head} 03 80 00 ${tail}`);
  }

  it('is read up to sixteen deep', () => {
    const bytes = nested(15);
    expect(encode(V2XSecData, decode(V2XSecData, bytes))).toEqual(bytes);
  });

  it.each([16, 150, 100_000])('is refused %d deep, at the limit', (levels) => {
    const refusal = tryDecode(V2XSecData, nested(levels));
    expect(refusal).toEqual({ ok: false, why: expect.stringMatching(/ @64: nested deeper than 16$/) });
  });

  it('is read deeper for a caller who says so', () => {
    expect(() => decode(V2XSecData, nested(150), 151)).not.toThrow();
    expect(() => decode(V2XSecData, nested(150), 150)).toThrow(/nested deeper than 150/);
  });
});
