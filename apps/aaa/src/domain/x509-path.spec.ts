import { refused } from '#credentials/refusal.js';
import { sha256 } from '#crypto/p256.js';
import { Certificate } from 'pkijs';
import { generateKeyPairSync, sign } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  intermediate,
  KEY_USAGE_BITS,
  lifeAround,
  unknownExtension,
  withBentSignature,
  x509Proof,
  x509With,
  type X509Identity,
} from '../../../../test/support/x509-issuer.js';
import { proofInputOfHash } from '#edges/aaa-eca/authorise.js';
import { sm3 } from '#crypto/sm3.js';
import { hasSigned, readX509, type X509 } from './x509-certificate.js';
import { judgeIssuer, verifyX509Path, x509Id, type PathRules, type TrustedIssuer } from './x509-path.js';

const now = Date.UTC(2026, 10, 17, 4);
const read = (der: Uint8Array): X509 => readX509(der) as X509;
const trusted = (issuer: X509Identity): TrustedIssuer => ({
  issuerId: sm3(issuer.certificate),
  x509: read(issuer.certificate),
});

const root = intermediate(now, 'self', { commonName: 'Brand B root' });
const device = x509With(now, root, {});
const rules: PathRules = { issuers: [trusted(root)], nowMillis: now, isAnyRevoked: async () => false };
const verify = (chain: readonly Uint8Array[], parts: Partial<PathRules> = {}) =>
  verifyX509Path(chain, 'device', { ...rules, ...parts });

/** Changes the raw bytes of a DER certificate and signs it anew, with a key made by another implementation. */
function foreignKey(curve: string): { certificate: Uint8Array; privateKey: Uint8Array } {
  const pair = generateKeyPairSync('ec', { namedCurve: curve });
  const certificate = Certificate.fromBER(device.certificate);
  const spki = asn1js.fromBER(new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })).buffer).result;
  certificate.subjectPublicKeyInfo.fromSchema(spki);
  certificate.tbsView = new Uint8Array(certificate.encodeTBS().toBER());
  return { certificate: new Uint8Array(certificate.toSchema(true).toBER()), privateKey: new Uint8Array() };
}

describe('the path of an X.509 device certificate', () => {
  it.each([
    ['no certificate', []],
    ['bytes that are none', [new Uint8Array([1, 2, 3])]],
    ['a trailing byte', [new Uint8Array([...device.certificate, 0])]],
    ['a cut certificate', [device.certificate.subarray(0, -1)]],
    ['one that is none above a good one', [device.certificate, new Uint8Array(10)]],
    ['a good one of more than 8 KiB', [x509With(now, root, { commonName: 'x'.repeat(9000) }).certificate]],
  ])('refuses %s', async (_, chain) => {
    expect(await verify(chain)).toEqual(refused('x509-malformed'));
  });

  it('EN4 refuses an issuer that nobody trusts', async () => {
    const other = intermediate(now, 'self', { commonName: 'Brand C root' });
    expect(await verify([x509With(now, other, {}).certificate])).toEqual(refused('x509-issuer-unknown'));
    expect(await verify([x509With(now, other, {}).certificate, other.certificate])).toEqual(
      refused('x509-issuer-unknown'),
    );
    expect(await verify([device.certificate], { issuers: [] })).toEqual(refused('x509-issuer-unknown'));
  });

  it('EN4 refuses an issuer of the trusted name with a key of its own', async () => {
    const impostor = intermediate(now, 'self', { commonName: 'Brand B root' });
    expect(await verify([x509With(now, impostor, {}).certificate])).toEqual(refused('x509-signature'));
  });

  it('refuses a changed signature', async () => {
    expect(await verify([withBentSignature(device.certificate)])).toEqual(refused('x509-signature'));
  });

  it('refuses a key of another curve', async () => {
    expect(await verify([foreignKey('secp384r1').certificate])).toEqual(refused('x509-algorithm'));
  });

  it('EN4 refuses before and after the validity of the device certificate', async () => {
    const { notBeforeMillis, notAfterMillis } = lifeAround(now);
    const wide = { notBeforeMillis: notBeforeMillis - 1e9, notAfterMillis: notAfterMillis + 1e9 };
    const old = intermediate(now, 'self', { commonName: 'Brand B root', ...wide });
    const issuers = [trusted(old)];
    const { certificate } = x509With(now, old, {});
    expect(await verify([certificate], { issuers, nowMillis: notAfterMillis + 1000 })).toEqual(
      refused('x509-validity'),
    );
    expect(await verify([certificate], { issuers, nowMillis: notBeforeMillis - 1000 })).toEqual(
      refused('x509-validity'),
    );
    expect(await verify([certificate], { issuers, nowMillis: notAfterMillis })).toHaveProperty('leaf');
  });

  it('refuses below a trusted issuer that has expired', async () => {
    const expired = intermediate(now, 'self', { notAfterMillis: now - 1000 });
    expect(await verify([x509With(now, expired, {}).certificate], { issuers: [trusted(expired)] })).toEqual(
      refused('x509-validity'),
    );
  });

  it('refuses a CA as a device', async () => {
    const ca = intermediate(now, root, { keyUsage: 0xff });
    expect(await verify([ca.certificate])).toEqual(refused('x509-constraints'));
  });

  it('refuses a device key that may not sign', async () => {
    const mute = x509With(now, root, { keyUsage: 0x20 });
    expect(await verify([mute.certificate])).toEqual(refused('x509-constraints'));
  });

  it('refuses a critical extension that nobody knows, and takes one that is not critical', async () => {
    const strange = x509With(now, root, { extraExtensions: [unknownExtension(true)] });
    expect(await verify([strange.certificate])).toEqual(refused('x509-constraints'));
    const odd = x509With(now, root, { extraExtensions: [unknownExtension(false)] });
    expect(await verify([odd.certificate])).toHaveProperty('leaf');
  });

  it('refuses the same extension twice', async () => {
    const twice = x509With(now, root, { extraExtensions: [unknownExtension(false), unknownExtension(false)] });
    expect(await verify([twice.certificate])).toEqual(refused('x509-constraints'));
  });

  it('EN4 refuses a device that plays the CA for another', async () => {
    const child = x509With(now, device, {});
    expect(await verify([child.certificate, device.certificate])).toEqual(refused('x509-constraints'));
  });

  it('refuses a CA without keyCertSign', async () => {
    const ca = intermediate(now, root, { keyUsage: KEY_USAGE_BITS.cRLSign });
    expect(await verify([x509With(now, ca, {}).certificate, ca.certificate])).toEqual(refused('x509-constraints'));
  });

  it('refuses a path longer than the issuer allows', async () => {
    const short = intermediate(now, 'self', { commonName: 'short', pathLength: 0 });
    const below = intermediate(now, short);
    const issuers = [trusted(short)];
    const chain = [x509With(now, below, {}).certificate, below.certificate];
    expect(await verify(chain, { issuers })).toEqual(refused('x509-constraints'));
    expect(await verify([x509With(now, short, {}).certificate], { issuers })).toHaveProperty('leaf');
  });

  it('refuses a chain whose links do not name each other', async () => {
    const one = intermediate(now, root, { commonName: 'one' });
    const two = intermediate(now, root, { commonName: 'two' });
    expect(await verify([x509With(now, one, {}).certificate, two.certificate])).toEqual(refused('x509-issuer-unknown'));
  });

  it('refuses a chain in which an intermediate was signed by another key', async () => {
    const one = intermediate(now, root, { commonName: 'one' });
    const impostor = intermediate(now, 'self', { commonName: 'one' });
    expect(await verify([x509With(now, impostor, {}).certificate, one.certificate])).toEqual(refused('x509-signature'));
  });

  it('EN4 refuses a revoked device, and one below a revoked CA', async () => {
    const ca = intermediate(now, root);
    const leaf = x509With(now, ca, {});
    const revoke = (id: Uint8Array) => ({
      isAnyRevoked: async (ids: readonly Uint8Array[]) => ids.some((one) => Buffer.compare(one, id) === 0),
    });
    const chain = [leaf.certificate, ca.certificate];
    const ofLeaf = x509Id(read(ca.certificate).keyHash, read(leaf.certificate).serialNumber);
    const ofCa = x509Id(read(root.certificate).keyHash, read(ca.certificate).serialNumber);
    expect(await verify(chain, revoke(ofLeaf))).toEqual(refused('x509-revoked'));
    expect(await verify(chain, revoke(ofCa))).toEqual(refused('x509-revoked'));
    expect(await verify(chain, revoke(sm3()))).toHaveProperty('leaf');
  });

  it('accepts a device directly below, below an intermediate, and with the root in the chain', async () => {
    const ca = intermediate(now, root, { pathLength: 0 });
    const leaf = x509With(now, ca, {});
    const names = [];
    for (const chain of [
      [leaf.certificate, ca.certificate],
      [leaf.certificate, ca.certificate, root.certificate],
    ]) {
      const path = await verify(chain);
      names.push('leafId' in path ? path.leafId : undefined);
    }
    expect(names[0]).toEqual(x509Id(read(ca.certificate).keyHash, read(leaf.certificate).serialNumber));
    expect(names[1]).toEqual(names[0]);
    expect(await verify([device.certificate])).toMatchObject({ issuerId: sm3(root.certificate) });
  });

  it('finds the right one of two issuers of one name', async () => {
    const twin = intermediate(now, 'self', { commonName: 'Brand B root' });
    expect(await verify([device.certificate], { issuers: [trusted(twin), trusted(root)] })).toMatchObject({
      issuerId: sm3(root.certificate),
    });
  });
});

describe('the proof by the device key', () => {
  const request = Uint8Array.of(1, 2, 3);
  const input = proofInputOfHash(sm3(request));
  const signature = x509Proof(device, request);

  it('EN4 refuses another key, another request, a changed signature and zeros', () => {
    expect(hasSigned(read(root.certificate), input, signature)).toBe(false);
    expect(hasSigned(read(device.certificate), sha256(input), signature)).toBe(false);
    expect(hasSigned(read(device.certificate), input, signature.with(63, (signature[63] as number) ^ 1))).toBe(false);
    expect(hasSigned(read(device.certificate), input, new Uint8Array(64))).toBe(false);
  });

  it('accepts the 64 bytes of the device, and those of another implementation', () => {
    expect(hasSigned(read(device.certificate), input, signature)).toBe(true);
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = pair.privateKey.export({ format: 'jwk' });
    const own = x509With(now, root, { privateKey: new Uint8Array(Buffer.from(jwk.d as string, 'base64url')) });
    const other = sign('sha256', input, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
    expect(hasSigned(read(own.certificate), input, new Uint8Array(other))).toBe(true);
  });
});

describe('an issuer that an operator wants to trust', () => {
  it.each<[string, () => Uint8Array, string]>([
    ['bytes that are no certificate', () => new Uint8Array(5), 'x509-malformed'],
    ['a device', () => x509With(now, 'self', {}).certificate, 'x509-constraints'],
    [
      'one that has expired',
      () => intermediate(now, 'self', { notAfterMillis: now - 1000 }).certificate,
      'x509-validity',
    ],
    ['a CA that another one signed', () => intermediate(now, root).certificate, 'x509-signature'],
    ['a changed self-signature', () => withBentSignature(root.certificate), 'x509-signature'],
    ['a key of another curve', () => foreignKey('secp384r1').certificate, 'x509-algorithm'],
  ])('refuses %s', (_, der, reason) => {
    expect(judgeIssuer(der(), now)).toEqual(refused(reason));
  });

  it('accepts a self-signed CA, named by its SM3', () => {
    expect(judgeIssuer(root.certificate, now)).toMatchObject({ issuerId: sm3(root.certificate) });
  });
});
