/**
 * Real certificates, lists and messages decode and re-encode to the same bytes, from the values alone.
 * Where each artefact comes from: test/vectors/<source>/README.md.
 */
import { decode, decodeToShow, encode, encodeAfresh } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { Reader } from '#coer/reader.js';
import { hex } from '../../../test/support/hex.js';
import type { Signature } from './base-types.js';
import {
  artefacts,
  bytesOf,
  catarc,
  eeRaCertRequest,
  issPca,
  issPseudonym,
  ofChain,
  text,
  trcla,
  usMessage,
} from './real-artefacts.fixture.js';
import { ScmsPdu, SignedCertificateRequest } from './scms-pdu.js';
import { Certificate, V2XSecData } from './secured-data.js';
import { RootCtl, ToBeSignedRootCtl } from './trust-lists.js';

describe('real and derived artefacts', () => {
  it.each(artefacts)('%s', (_, codec, bytes) => {
    const value = decode(codec, bytes);
    expect(encodeAfresh(codec, value)).toEqual(bytes);
    expect(encode(codec, value)).toEqual(bytes);
  });

  it.each(artefacts)('%s was written in our edition of the types, and shows as it judges', (_, codec, bytes) => {
    const reader = new Reader(bytes);
    const value = codec.read(reader);
    expect(reader.otherEditions).toBe(0);
    expect(decodeToShow(codec, bytes)).toEqual(value);
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

  it('the ISS PCA signs itself for the world of three countries, its r alone, and encrypts', () => {
    const { value } = decode(Certificate, issPca);
    const tbs = value.toBeSigned.value;
    expect(value).toMatchObject({
      type: 'explicit',
      issuer: { kind: 'sha256AndDigest', value: hex('b7cbd0f79b969bd4') },
    });
    expect(value.signature).toMatchObject({ kind: 'ecdsaNistP256Signature', value: { rSig: { kind: 'x-only' } } });
    expect(tbs.id).toEqual({ kind: 'name', value: 'pca.preprod.v2x.isscms.com' });
    expect(tbs.region).toEqual({
      kind: 'identifiedRegion',
      value: [124, 484, 840].map((value) => ({ kind: 'countryOnly', value })),
    });
    expect(tbs.encryptionKey).toMatchObject({ supportedSymmAlg: 'aes128Ccm', publicKey: { kind: 'eciesNistP256' } });
  });

  it.each([
    ['an ISS pseudonym', Certificate, issPseudonym, 0x8e, 'f68fd9608f6b980bfc'],
    ['a US message', V2XSecData, usMessage, 0x10b, '145d44b31e84a6e717'],
  ] as const)(
    '%s carries its linkage value twice, and a point from which to make its key',
    (_, codec, bytes, i, value) => {
      const decoded = codec === Certificate ? decode(codec, bytes) : signerOf(bytes);
      const tbs = decoded.value.toBeSigned.value;
      expect(decoded.value.type).toBe('implicit');
      expect(decoded.value.signature).toBeUndefined();
      expect(tbs.id).toEqual({
        kind: 'linkageData',
        value: {
          iCert: i,
          'linkage-value': hex(value),
          'group-linkage-value': { jValue: hex('0000000f'), value: hex(value) },
        },
      });
      expect(tbs.validityPeriod.duration).toEqual({ kind: 'hours', value: 169 });
      expect(tbs.verifyKeyIndicator.kind).toBe('reconstructionValue');
    },
  );

  it('a US message is signed with a compressed point', () => {
    const { content } = decode(V2XSecData, usMessage);
    expect(content).toMatchObject({
      kind: 'signedData',
      value: { hashId: 'sha256', signature: { value: { rSig: { kind: 'compressed-y-1' } } } },
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
    expect(() => decode(RootCtl, partial)).toThrow('toBeSignedRootCtl.pkiCtlInfoList[0].caListUrl @');
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

function signerOf(message: Uint8Array): Certificate {
  const { content } = decode(V2XSecData, message);
  if (content.kind !== 'signedData' || content.value.signer.kind !== 'certificate') throw new Error('no certificate');
  return content.value.signer.value[0] as Certificate;
}
