import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import * as asn1js from 'asn1js';
import { AlgorithmIdentifier, PublicKeyInfo } from 'pkijs';
import { refused } from '#credentials/refusal.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { proofInputOfHash } from '#edges/aaa-eca/authorise.js';
import { intermediate, makeCrl, x509Proof, x509With, withBentSignature } from '../../../../test/support/x509-issuer.js';
import { hasOurAlgorithms, hasSigned, isSignedBy, readX509, type X509 } from './x509-certificate.js';
import { revokedByCrl } from './x509-crl.js';
import { judgeIssuer, verifyX509Path, x509Id } from './x509-path.js';
import { isStructureSigned, keyOf, schemeOf, type X509Key } from './x509-signature.js';

const now = Date.UTC(2026, 10, 17, 4);
const read = (der: Uint8Array): X509 => readX509(der) as X509;

/** A self-signed CA by OpenSSL 3.0: openssl req -x509 -sm3 -sigopt distid:1234567812345678, key on the curve SM2. */
const OPENSSL_SM2 = new Uint8Array(
  Buffer.from(
    [
      'MIIBfjCCASOgAwIBAgICShEwCgYIKoEcz1UBg3UwFDESMBAGA1UEAwwJU00yIG1ha2VyMCAXDTI2MTEyMTE4NTY1NVoYDzIxMjYxMDI4MTg1',
      'NjU1WjAUMRIwEAYDVQQDDAlTTTIgbWFrZXIwWTATBgcqhkjOPQIBBggqgRzPVQGCLQNCAARHrB1uXxBYkqy+8eDoq2tntj1Pv6RCTdftbEs6',
      'ygGrCP90YxK3M7XYNR2lGfI6BQc5tNTSCZzCMDF22FTFRPD+o2MwYTAdBgNVHQ4EFgQUBDp2OEj8MXbdqJ5gVCX8oVGfNo0wHwYDVR0jBBgw',
      'FoAUBDp2OEj8MXbdqJ5gVCX8oVGfNo0wDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwCgYIKoEcz1UBg3UDSQAwRgIhAPD1T8SM',
      'USst5bC2pbG6ai5R5Oi80gBoVYqpnTlnXR26AiEAkh+kznkW+JGjfk6YgnA+gl7T1/K2ddS1NAMdxGu+G5c=',
    ].join(''),
    'base64',
  ),
);

describe('a certificate with an SM2 key', () => {
  it('of another implementation is read and verified', () => {
    const x509 = read(OPENSSL_SM2);
    expect([hasOurAlgorithms(x509), isSignedBy(x509.certificate, x509)]).toEqual([true, true]);
    const issuer = judgeIssuer(OPENSSL_SM2, Date.UTC(2030, 0, 1));
    expect(issuer).toMatchObject({ issuerId: sm3(OPENSSL_SM2) });
    const bent = read(withBentSignature(OPENSSL_SM2));
    expect(isSignedBy(bent.certificate, bent)).toBe(false);
  });

  it('stands on a path, with a P-256 device below it too, and on its CRL', async () => {
    const root = intermediate(now, 'self', { commonName: 'SM2 root', scheme: 'sm2' });
    const below = intermediate(now, root, { commonName: 'SM2 intermediate', scheme: 'sm2' });
    const issuers = [{ issuerId: sm3(root.certificate), x509: read(root.certificate) }];
    const rules = { issuers, nowMillis: now, isAnyRevoked: async () => false };
    for (const scheme of ['sm2', 'p256'] as const) {
      const device = x509With(now, below, { scheme });
      const path = await verifyX509Path([device.certificate, below.certificate], 'device', rules);
      expect(path).toMatchObject({ issuerId: issuers[0]?.issuerId });
      const request = Uint8Array.of(1, 2);
      const signature = x509Proof(device, request);
      const leaf = read(device.certificate);
      expect(hasSigned(leaf, proofInputOfHash(sm3(request)), signature)).toBe(true);
      expect(hasSigned(leaf, proofInputOfHash(sm3(Uint8Array.of(1))), signature)).toBe(false);
      expect(hasSigned(read(below.certificate), proofInputOfHash(sm3(request)), signature)).toBe(false);
      const list = { thisUpdateMillis: now - 1000, nextUpdateMillis: now + 1e6, revoked: [device.certificate] };
      expect(revokedByCrl(makeCrl(below, list), read(below.certificate), now)).toEqual([
        x509Id(read(below.certificate).keyHash, leaf.serialNumber),
      ]);
    }
  });

  it('EN4 is refused when the issuer’s name stands over another key, of either curve', async () => {
    const root = intermediate(now, 'self', { commonName: 'root', scheme: 'sm2' });
    const rules = {
      issuers: [{ issuerId: sm3(root.certificate), x509: read(root.certificate) }],
      nowMillis: now,
      isAnyRevoked: async () => false,
    };
    for (const scheme of ['sm2', 'p256'] as const) {
      const impostor = intermediate(now, 'self', { commonName: 'root', scheme });
      const chain = [x509With(now, impostor, {}).certificate];
      expect(await verifyX509Path(chain, 'device', rules)).toEqual(refused('x509-signature'));
    }
  });
});

describe('a public key', () => {
  const infoOf = (key: KeyObject): PublicKeyInfo =>
    PublicKeyInfo.fromBER(new Uint8Array(key.export({ type: 'spki', format: 'der' })));
  const p256 = infoOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  const withPoint = (bytes: Uint8Array, curve?: string): PublicKeyInfo =>
    new PublicKeyInfo({
      algorithm: new AlgorithmIdentifier({
        algorithmId: p256.algorithm.algorithmId,
        algorithmParams:
          curve === undefined ? p256.algorithm.algorithmParams : new asn1js.ObjectIdentifier({ value: curve }),
      }),
      subjectPublicKey: new asn1js.BitString({ valueHex: new Uint8Array(bytes).buffer }),
    });
  const point = new Uint8Array(p256.subjectPublicKey.valueBlock.valueHexView);

  it('is a point of the curve that is named', () => {
    expect(keyOf(withPoint(point))?.scheme).toBe('p256');
    const sm2 = read(OPENSSL_SM2).certificate.subjectPublicKeyInfo;
    expect(keyOf(sm2)?.scheme).toBe('sm2');
  });

  it.each<[string, () => PublicKeyInfo]>([
    ['a point beside P-256', () => withPoint(point.with(64, (point[64] as number) ^ 1))],
    ['the same point negated in its parity only', () => withPoint(point.with(64, (point[64] as number) ^ 2))],
    ['a point of P-256 as one of SM2', () => withPoint(point, '1.2.156.10197.1.301')],
    ['a cut point', () => withPoint(point.subarray(0, 64))],
    ['a hybrid point', () => withPoint(point.with(0, 6))],
    ['an unknown curve', () => withPoint(point, '1.3.132.0.10')],
    ['a key of RSA', () => infoOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
  ])('is not %s', (_, info) => {
    expect(keyOf(info())).toBeUndefined();
  });
});

describe('a signature over a structure', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = keyOf(
    PublicKeyInfo.fromBER(new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }))),
  ) as X509Key;
  const tbs = systemRandom.bytes(100);
  const der = new Uint8Array(sign('sha256', tbs, pair.privateKey));
  const bits = (bytes: Uint8Array, unusedBits = 0): asn1js.BitString =>
    new asn1js.BitString({ valueHex: new Uint8Array(bytes).buffer, unusedBits });
  const holds = (signature: asn1js.BitString, scheme: 'p256' | 'sm2' | undefined = 'p256'): boolean =>
    isStructureSigned(key, { scheme, tbs, signature });

  it('holds by another implementation', () => {
    expect(holds(bits(der))).toBe(true);
  });

  const spelt = (r: number[], s: number[]): Uint8Array =>
    Uint8Array.of(0x30, 4 + r.length + s.length, 2, r.length, ...r, 2, s.length, ...s);
  const [rLength] = [der[3] as number];
  const r = [...der.subarray(4, 4 + rLength)];
  const s = [...der.subarray(6 + rLength)];

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a trailing byte', Uint8Array.from([...der, 0])],
    ['a trailing byte inside', Uint8Array.from([0x30, der.length - 1, ...der.subarray(2), 0])],
    ['a leading zero too many', spelt([0, ...r], s)],
    ['a negative number', spelt([0x80, ...r.slice(1)], s)],
    ['an empty number', spelt(r, [])],
    ['another tag', der.with(0, 0x31)],
    ['another tag of a number', der.with(2, 3)],
    ['a number too long', spelt([1, ...Array.from({ length: 32 }, () => 0)], s)],
    ['zeros', spelt([0], [0])],
    ['r and s swapped', spelt(s, r)],
  ])('is refused: %s', (_, bytes) => {
    expect(holds(bits(bytes))).toBe(false);
  });

  it('is refused with unused bits, and in another scheme than the key’s', () => {
    expect([
      holds(bits(der, 1)),
      holds(bits(der), 'sm2'),
      isStructureSigned(key, { scheme: undefined, tbs, signature: bits(der) }),
    ]).toEqual([false, false, false]);
  });

  it('names one scheme of ours, alike in both places', () => {
    const of = (algorithmId: string): AlgorithmIdentifier => new AlgorithmIdentifier({ algorithmId });
    const [ecdsa, sm2] = [of('1.2.840.10045.4.3.2'), of('1.2.156.10197.1.501')];
    expect([schemeOf(ecdsa, ecdsa), schemeOf(sm2, sm2), schemeOf(sm2)]).toEqual(['p256', 'sm2', 'sm2']);
    expect([schemeOf(ecdsa, sm2), schemeOf(of('1.2.840.10045.4.3.3')), schemeOf(of('constructor'))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
