import { encode } from '#coer/codec.js';
import { fromHex } from '#crypto/bytes.js';
import type { ScmsPdu, SignedCertificateRequest } from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate, type SignedData } from '#wire/secured-data.js';
import { authorityBench, type Bench, type Member } from '../../../test/support/authority-bench.js';
import { hashedId8, verificationKeyOf } from './certificate-facts.js';
import { OFF_THE_CURVE, recertify } from './chain.fixture.js';
import {
  asSignedData,
  asSignedRequest,
  isRequestSignedBy,
  isSignedWith,
  onlyCertificate,
  signData,
  signedPayload,
  signRequest,
  unsecured,
  unsecuredBytes,
} from './signed-data.js';
import { signerId } from './sm2-binding.js';

const payload = fromHex('0102030405');
const header = { psid: 3627 };
const ecdsa = {
  kind: 'ecdsaNistP256Signature',
  value: { rSig: { kind: 'x-only', value: new Uint8Array(32).fill(1) }, sSig: new Uint8Array(32).fill(1) },
} as const;

describe('signed data', () => {
  let bench: Bench;
  let pra: Member;
  let bytes: Uint8Array;
  let signed: SignedData;
  let keyless: Certificate;

  beforeAll(async () => {
    bench = await authorityBench();
    pra = bench.member('a-pra');
    bytes = await signData(payload, header, pra.signer);
    signed = asSignedData(bytes) as SignedData;
    const verifyKeyIndicator = { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: OFF_THE_CURVE } } as const;
    keyless = await recertify(pra.certificate, bench.member('a-ica').signer, { tbs: { verifyKeyIndicator } });
  });

  it('is not found in other bytes, other content, another version, or with bytes behind it', () => {
    const old = encode(V2XSecData, { protocolVersion: 2, content: { kind: 'signedData', value: signed } });
    const plain = encode(V2XSecData, unsecured(payload));
    for (const other of [new Uint8Array(), plain, old, Uint8Array.of(...bytes, 0), bytes.subarray(0, -1)])
      expect(asSignedData(other)).toBeUndefined();
  });

  it('was not signed by the key of another certificate', () => {
    expect(isSignedWith(signed, bench.member('a-pca').certificate)).toBe(false);
  });

  it('was not signed when the signature is bound to another certificate of the same key', async () => {
    const twin = await recertify(pra.certificate, bench.member('a-ica').signer, { tbs: { crlSeries: 9 } });
    expect(isSignedWith(signed, twin)).toBe(false);
    expect(
      isSignedWith(
        asSignedData(await signData(payload, header, { ...pra.signer, certificate: twin })) as SignedData,
        twin,
      ),
    ).toBe(true);
  });

  it('was not signed under another hash than the key’s, nor with another kind of signature', () => {
    expect(isSignedWith({ ...signed, hashId: 'sha256' }, pra.certificate)).toBe(false);
    expect(isSignedWith({ ...signed, signature: ecdsa }, pra.certificate)).toBe(false);
  });

  it('was not signed by a key that is no point, and says so without throwing', () => {
    expect(isSignedWith(signed, keyless)).toBe(false);
  });

  it('was not signed when payload, header or signature differ in a bit', () => {
    let met = 0;
    for (let at = 0; at < bytes.length; at++) {
      const bent = Uint8Array.from(bytes);
      bent[at] = (bent[at] as number) ^ 1;
      const decoded = asSignedData(bent);
      if (decoded === undefined) continue;
      met++;
      // The named certificate is not under the signature, but its hash is: a bent one is another signer.
      const named = onlyCertificate(decoded.signer);
      expect(
        named !== undefined &&
          Buffer.compare(hashedId8(named), hashedId8(pra.certificate)) === 0 &&
          isSignedWith(decoded, named),
      ).toBe(false);
    }
    expect(met).toBeGreaterThan(100);
  });

  it('names one certificate, or none that counts', () => {
    const certificate = pra.certificate;
    expect(onlyCertificate({ kind: 'certificate', value: [] })).toBeUndefined();
    expect(onlyCertificate({ kind: 'certificate', value: [certificate, certificate] })).toBeUndefined();
    expect(onlyCertificate({ kind: 'digest', value: hashedId8(certificate) })).toBeUndefined();
    expect(onlyCertificate({ kind: 'self', value: null })).toBeUndefined();
    expect(onlyCertificate(signed.signer)?.bytes).toEqual(certificate.bytes);
  });

  it('has no payload where there is a hash of one, or a signed one inside', () => {
    const { tbsData } = signed;
    const hashed = {
      ...tbsData.value,
      payload: { extDataHash: { kind: 'sm3HashedData', value: new Uint8Array(32) } },
    } as const;
    expect(signedPayload({ ...signed, tbsData: { ...tbsData, value: hashed } })).toBeUndefined();
    const inner = { protocolVersion: 3, content: { kind: 'signedData', value: signed } } as const;
    expect(
      signedPayload({ ...signed, tbsData: { ...tbsData, value: { ...tbsData.value, payload: { data: inner } } } }),
    ).toBeUndefined();
    const omitted = { ...tbsData.value, payload: { ...tbsData.value.payload, omitted: null } };
    expect(signedPayload({ ...signed, tbsData: { ...tbsData, value: omitted } })).toBeUndefined();
    expect(unsecuredBytes({ ...unsecured(payload), protocolVersion: 2 })).toBeUndefined();
    expect(unsecuredBytes(undefined)).toBeUndefined();
  });

  it('gives its payload, signed by the certificate that it names, in full or by digest', async () => {
    expect([signedPayload(signed), isSignedWith(signed, pra.certificate)]).toEqual([payload, true]);
    const byDigest = asSignedData(await signData(payload, header, pra.signer, 'digest')) as SignedData;
    expect(byDigest.signer).toEqual({ kind: 'digest', value: hashedId8(pra.certificate) });
    expect(isSignedWith(byDigest, pra.certificate)).toBe(true);
  });

  it('asks of the verifier what the standard binds: key, SM3 of the certificate, the bytes that came', () => {
    const asked: Uint8Array[][] = [];
    isSignedWith(signed, pra.certificate, (...words) => asked.push(words) > 0);
    const [words] = asked as [Uint8Array[]];
    expect(words.slice(0, 3)).toEqual([
      verificationKeyOf(pra.certificate),
      signerId(pra.certificate),
      signed.tbsData.bytes,
    ]);
    expect(words[3]).toHaveLength(64);
  });
});

describe('a signed request', () => {
  let bench: Bench;
  let pra: Member;
  let key: Uint8Array;
  const pdu: ScmsPdu = {
    version: 1,
    content: { kind: 'cert', value: { kind: 'certificateChain', value: { others: [] } } },
  };

  beforeAll(async () => {
    bench = await authorityBench();
    pra = bench.member('a-pra');
    key = verificationKeyOf(pra.certificate) as Uint8Array;
  });
  const request = async (certificate: Certificate | 'self' = pra.certificate): Promise<SignedCertificateRequest> =>
    asSignedRequest(await signRequest(pdu, { certificate, sign: pra.signer.sign })) as SignedCertificateRequest;

  it('is not found in signed data, in noise, in another version or inside out', async () => {
    const data = await signData(payload, header, pra.signer);
    const noise = encode(V2XSecData, {
      protocolVersion: 3,
      content: { kind: 'signedCertificateRequest', value: payload },
    });
    const good = await signRequest(pdu, { certificate: 'self', sign: pra.signer.sign });
    const old = Uint8Array.from(good);
    old[0] = 2;
    for (const bytes of [new Uint8Array(), data, noise, old, good.subarray(1)])
      expect(asSignedRequest(bytes)).toBeUndefined();
    expect(asSignedData(good)).toBeUndefined();
  });

  it('was not signed by another key, under another hash or by another algorithm, nor by what is no point', async () => {
    const one = await request();
    const other = verificationKeyOf(bench.member('a-pca').certificate) as Uint8Array;
    expect(isRequestSignedBy(one, pra.certificate, other)).toBe(false);
    expect(isRequestSignedBy({ ...one, hashAlgorithmId: 'sha256' }, pra.certificate, key)).toBe(false);
    expect(isRequestSignedBy({ ...one, signature: ecdsa }, pra.certificate, key)).toBe(false);
    expect(isRequestSignedBy(one, pra.certificate, Uint8Array.of(2, ...OFF_THE_CURVE.value))).toBe(false);
  });

  it('was not signed by itself when a certificate signed it, nor the other way round', async () => {
    expect(isRequestSignedBy(await request(), 'self', key)).toBe(false);
    expect(isRequestSignedBy(await request('self'), pra.certificate, key)).toBe(false);
  });

  it('was signed by the certificate, or by itself', async () => {
    expect(isRequestSignedBy(await request(), pra.certificate, key)).toBe(true);
    const own = await request('self');
    expect([own.signer.kind, isRequestSignedBy(own, 'self', key)]).toEqual(['self', true]);
  });
});
