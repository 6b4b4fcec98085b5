/**
 * Real certificates, lists and messages decode and re-encode to the same bytes, from the values alone.
 * Where each artefact comes from: test/vectors/<source>/README.md.
 */
import { readFileSync } from 'node:fs';
import { decode, encode, encodeAfresh, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { Reader } from '#coer/reader.js';
import { hex } from '../../../test/support/hex.js';
import type { Signature } from './base-types.js';
import { CrlContents, CrlSsp } from './crl.js';
import { ScmsPdu, SignedCertificateRequest } from './scms-pdu.js';
import { ScmsSsp } from './scms-ssp.js';
import { Certificate, ToBeSignedData, V2XSecData } from './secured-data.js';
import { RootCtl, ToBeSignedRootCtl } from './trust-lists.js';

const text = (path: string): string => readFileSync(`test/vectors/${path}`, 'utf8');
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(`test/vectors/${path}`));
const chain = JSON.parse(text('derived/ccsa-chain-spdu.json')) as Record<string, string>;
const ofChain = (key: string): Uint8Array => hex(chain[key] as string);
const trcla = bytesOf('ydt/caict-trcla.coer');
const catarc = bytesOf('ydt/catarc-root.coer');
const sm2Point = `0001${'00'.repeat(30)}`;
const r = 'a1'.repeat(32);
const s = 'b2'.repeat(32);

/** The SignedCertificateRequest of ydt/eeracertrequest-tc16-annotated.txt, completed with the chain's certificate. */
const eeRaCertRequest = hex(
  `02 01 87 80 40 01 2107F41D 00
   50 83 000000 0000 2107F41D 84 00A8 83 01 01 80 009C 01 05 00 01 6F 00 01 70 00 01 71 00 01 72 00 02 0E28 80 84 21 82 ${sm2Point}
   80 81 10 0001${'00'.repeat(14)} 01 82 21 82 ${sm2Point} 81 10 ${'01'.repeat(16)}
   81 01 01 ${chain['pc_cert'] as string}
   84 40 ${r} ${s}`.replace(/\n/g, ' '),
);

/** The contents of the CRL that the ISS, the first production SCMS of North America, published while nothing was revoked. */
const issCrl = hex('01 | 0100 | 7ac9efd3cc396921 | 1f086f05 | 286fc205 | 00 | 80 | 00 00000002 01 00');
const issCrlSpdu = hex(
  `03 81 00 | 40 03 80 1c ${Buffer.from(issCrl).toString('hex')} | 00 02 0100 | 80 7ac9efd3cc396921 | 80 80 ${r} ${s}`,
);

/** Header and payload of a real US message: a P-256 implicit certificate with group linkage, a 167 byte payload. */
const usMessage = hex(
  `03 81 | 00 | 40 03 80 81A7 ${'5c'.repeat(167)} | 40 01 20 0001CF394A367009 | 81 01 01 |
   00 03 01 | 80 99A23FF01FF0663C | 50 | 80 80 010B 145D44B31E84A6E717 0000000F 145D44B31E84A6E717 | 396921 0001 |
   1E584495 84 00A9 | 83 01 01 80 0348 | 01 03 00 01 20 00 01 26 00 01 84 | 81 83 ${'07'.repeat(32)} | 80 83 ${r} ${s}`,
);

describe('real and derived artefacts', () => {
  it.each<[string, Codec<unknown>, Uint8Array]>([
    ['the CAICT TRCLA certificate', Certificate, trcla],
    ['the CATARC root certificate', Certificate, catarc],
    ['a derived root certificate', Certificate, ofChain('root_cert')],
    ['a derived PCA certificate', Certificate, ofChain('pca_cert')],
    ['a derived pseudonym certificate', Certificate, ofChain('pc_cert')],
    ['the to-be-signed data of a message', ToBeSignedData, ofChain('tbsData')],
    ['a message with certificate', V2XSecData, ofChain('spdu_with_certificate')],
    ['a message with digest', V2XSecData, ofChain('spdu_with_digest')],
    [
      'the to-be-signed data of YD/T 3957 annex D.2',
      ToBeSignedData,
      hex((JSON.parse(text('ydt/sm2-sign-d2.json')) as { tbs: string }).tbs),
    ],
    ['the EeRaCertRequest of TC_SPDU_TS_BV_16', SignedCertificateRequest, eeRaCertRequest],
    ['the contents of the real ISS CRL', CrlContents, issCrl],
    ['the real ISS CRL', V2XSecData, issCrlSpdu],
    ['a US message with an implicit certificate', V2XSecData, usMessage],
    ['the SSP of a real root', ScmsSsp, hex('80 00 01')],
    ['the CRL SSP of a real root', CrlSsp, hex('00 01 00 01 01 00 00')],
  ])('%s', (_, codec, bytes) => {
    const value = decode(codec, bytes);
    expect(encodeAfresh(codec, value)).toEqual(bytes);
    expect(encode(codec, value)).toEqual(bytes);
  });

  it('none of them was written by another edition of our types', () => {
    for (const [codec, bytes] of [
      [Certificate, trcla],
      [Certificate, catarc],
      [V2XSecData, usMessage],
    ] as [Codec<unknown>, Uint8Array][]) {
      const reader = new Reader(bytes);
      codec.read(reader);
      expect(reader.otherEditions).toBe(0);
    }
  });
});

describe('what they say', () => {
  it('the CAICT TRCLA names itself, may issue everything, and is of China', () => {
    const { value } = decode(Certificate, trcla);
    expect(value).toMatchObject({ version: 3, type: 'explicit', issuer: { kind: 'self', value: 'sm3' } });
    const tbs = value.toBeSigned.value;
    expect(tbs.id).toEqual({ kind: 'name', value: 'v2x.caict.ac.cn' });
    expect(tbs.validityPeriod).toEqual({ start: 0x1f526365, duration: { kind: 'years', value: 30 } });
    expect(tbs.region).toEqual({ kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] });
    expect(tbs.appPermissions?.map(({ psid }) => psid)).toEqual([3627, 3628]);
    expect(tbs.certIssuePermissions?.[0]).toEqual({
      subjectPermissions: { kind: 'all', value: null },
      minChainLength: 2,
      chainLengthRange: -1,
      eeType: new Set(['app', 'enroll']),
    });
    expect(tbs.certIssuePermissions?.[1]).toMatchObject({ minChainLength: 1, chainLengthRange: -1 });
    expect(tbs.verifyKeyIndicator).toMatchObject({
      kind: 'verificationKey',
      value: { kind: 'ecsigSm2', value: { kind: 'compressed-y-0' } },
    });
  });

  it.each([
    ['ydt/caict-trcla.coer', 0],
    ['ydt/catarc-root.coer', 1],
  ])('%s splits into the published to-be-signed bytes and signature', (path, index) => {
    const { certs } = JSON.parse(text('ydt/chinese-root-certs.json')) as { certs: Record<'tbs' | 'r' | 's', string>[] };
    const published = certs[index] as Record<'tbs' | 'r' | 's', string>;
    const { toBeSigned, signature } = decode(Certificate, bytesOf(path)).value;
    expect(toBeSigned.bytes).toEqual(hex(published.tbs));
    expect(signature).toEqual({ kind: 'sm2Signature', value: { rSig: hex(published.r), sSig: hex(published.s) } });
  });

  it('the pseudonym certificate carries i and linkage value', () => {
    const { toBeSigned } = decode(Certificate, ofChain('pc_cert')).value;
    expect(toBeSigned.value.id).toEqual({
      kind: 'linkageData',
      value: { iCert: 1, 'linkage-value': hex('9f1d982cbee0423571') },
    });
  });

  it('the message keeps the bytes that its signature covers', () => {
    const { content } = decode(V2XSecData, ofChain('spdu_with_digest'));
    if (content.kind !== 'signedData') throw new Error('not signed');
    expect(content.value.tbsData.bytes).toEqual(ofChain('tbsData'));
    expect(content.value.signer).toEqual({ kind: 'digest', value: hex('82ccba1f1a1d08b2') });
  });

  it('the request asks for weekly pseudonyms by butterfly keys', () => {
    const request = decode(SignedCertificateRequest, eeRaCertRequest);
    expect(request.tbsRequest.value).toMatchObject({
      version: 1,
      content: { kind: 'ee-ra', value: { kind: 'eeRaCertRequest' } },
    });
    expect(encode(ScmsPdu, request.tbsRequest.value)).toEqual(request.tbsRequest.bytes);
    expect(request.signature.kind).toBe('sm2Signature' satisfies Signature['kind']);
  });
});

describe('the published beginning of the real TRCL', () => {
  const partial = hex(text('ydt/trcl-partial.hex').trim());

  it('decodes as far as it goes, and says where it ends', () => {
    // It breaks off inside the address of the first of five roots, behind that root's certificate.
    expect(() => decode(RootCtl, partial)).toThrow(CoerError);
    expect(() => decode(RootCtl, partial)).toThrow('tbsRootCtl.pkiCtlInfoList[0].caListUrl @');
  });

  it('is a list of the CAICT TRCLA with the CATARC root first', () => {
    // One root instead of five, its address completed: then it is a whole list.
    const bytes = Buffer.concat([partial, Buffer.from('http://60.247.58.117:8099/ca/catarctdcl.coer')]);
    bytes[22] = 1;
    const list = decode(ToBeSignedRootCtl, new Uint8Array(bytes));
    expect(list).toMatchObject({
      version: 1,
      issuer: { kind: 'sm3AndDigest', value: hex('0b2c85a0f3b2622c') },
      series: 2,
    });
    expect(list.pkiCtlInfoList[0]?.rootCertificate.bytes).toEqual(catarc);
    expect(list.pkiCtlInfoList[0]?.caListUrl).toBe('http://60.247.58.117:8099/ca/catarctdcl.coer');
    expect(encodeAfresh(ToBeSignedRootCtl, list)).toEqual(new Uint8Array(bytes));
  });
});
