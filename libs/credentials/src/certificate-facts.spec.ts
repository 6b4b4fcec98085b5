import { readFileSync } from 'node:fs';
import { encode } from '#coer/codec.js';
import { fromHex, hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { CrlSsp } from '#wire/crl.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { authorityBench, type Bench } from '../../../test/support/authority-bench.js';
import {
  appPermission,
  certificateFromBytes,
  certificateHash,
  certificateToBytes,
  encryptionKeyOf,
  hashedId10,
  hashedId3,
  hashedId8,
  hostnameOf,
  idKey,
  isCracaFor,
  issuerIdOf,
  scmsRoleOf,
  verificationKeyOf,
} from './certificate-facts.js';
import { OFF_THE_CURVE, recertify } from './chain.fixture.js';

const { certs } = JSON.parse(readFileSync('test/vectors/ydt/chinese-root-certs.json', 'utf8')) as {
  certs: { hex: string; sm3: string; pub: string }[];
};
const MANAGEMENT = 3627;
const CRL = 3628;

describe('what can be read off a certificate', () => {
  let bench: Bench;
  let cra: Certificate;
  beforeAll(async () => {
    bench = await authorityBench();
    cra = bench.member('a-cra').certificate;
  });
  const changed = (like: Certificate, tbs: Partial<ToBeSignedCertificate>): Promise<Certificate> =>
    recertify(like, bench.member('a-ica').signer, { tbs });

  it('refuses bytes with anything behind the certificate', () => {
    expect(() => certificateFromBytes(Uint8Array.of(...cra.bytes, 0))).toThrow('trailing bytes');
  });

  it('has no SM2 key where there is another, none, only an x, or no point of the curve', async () => {
    const x = { kind: 'x-only', value: new Uint8Array(32).fill(1) } as const;
    const keys: ToBeSignedCertificate['verifyKeyIndicator'][] = [
      { kind: 'reconstructionValue', value: OFF_THE_CURVE },
      { kind: 'verificationKey', value: { kind: 'ecdsaNistP256', value: OFF_THE_CURVE } },
      { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: x } },
    ];
    for (const verifyKeyIndicator of keys)
      expect(verificationKeyOf(await changed(cra, { verifyKeyIndicator }))).toBeUndefined();
    const encryption: ToBeSignedCertificate['encryptionKey'][] = [
      undefined,
      { supportedSymmAlg: 'aes128Ccm', publicKey: { kind: 'ecencSm2', value: OFF_THE_CURVE } },
      { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'eciesNistP256', value: OFF_THE_CURVE } },
      { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'ecencSm2', value: x } },
      { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'ecencSm2', value: OFF_THE_CURVE } },
    ];
    for (const encryptionKey of encryption)
      expect(encryptionKeyOf(await changed(cra, { encryptionKey }))).toBeUndefined();
  });

  it('has no role without the management AID, with a bitmap, or with an SSP that is none', async () => {
    for (const appPermissions of [
      [{ psid: CRL }],
      [{ psid: MANAGEMENT }],
      [{ psid: MANAGEMENT, ssp: { kind: 'bitmapSsp', value: Uint8Array.of(1) } }],
      [{ psid: MANAGEMENT, ssp: { kind: 'opaque', value: Uint8Array.of(0xff) } }],
    ] as ToBeSignedCertificate['appPermissions'][])
      expect(scmsRoleOf(await changed(cra, { appPermissions }), MANAGEMENT)).toBeUndefined();
  });

  it('signs no CRL of another series, of another’s, or without the permission', async () => {
    const ssp = (
      associatedCraca: 'isCraca' | 'issuerIsCraca',
      crls: number[],
    ): ToBeSignedCertificate['appPermissions'] => [
      { psid: CRL, ssp: { kind: 'opaque', value: encode(CrlSsp, { version: 1, associatedCraca, crls }) } },
    ];
    const isCraca = async (appPermissions: ToBeSignedCertificate['appPermissions']) =>
      isCracaFor(await changed(cra, { appPermissions }), CRL, 1);
    expect(await isCraca(ssp('isCraca', [2]))).toBe(false);
    expect(await isCraca(ssp('issuerIsCraca', [1]))).toBe(false);
    expect(await isCraca([{ psid: CRL }])).toBe(false);
    expect(await isCraca([{ psid: CRL, ssp: { kind: 'opaque', value: Uint8Array.of(9) } }])).toBe(false);
    expect(await isCraca([{ psid: MANAGEMENT }])).toBe(false);
    expect(await isCraca(ssp('isCraca', [2, 1]))).toBe(true);
  });

  it('has a host name only where it is named so', async () => {
    expect(hostnameOf(await changed(cra, { id: { kind: 'none', value: null } }))).toBeUndefined();
    expect(hostnameOf(cra)).toBe('cra.a.chrysalis.example');
  });

  it('is known by the end of its SM3', () => {
    const certificate = certificateFromBytes(fromHex(certs[0]?.hex ?? ''));
    const hash = certs[0]?.sm3 as string;
    expect(hex(certificateHash(certificate))).toBe(hash);
    const ends = [hashedId3, hashedId8, hashedId10].map((id) => idKey(id(certificate)));
    expect(ends).toEqual([hash.slice(-6), hash.slice(-16), hash.slice(-20)]);
    expect(issuerIdOf(certificate)).toEqual({ kind: 'sm3AndDigest', value: hashedId8(certificate) });
    expect(certificateHash(certificate)).toBe(certificateHash(certificate));
  });

  it.each(certs)('has the key of the published certificate $sm3', ({ hex: text, pub }) => {
    expect(hex(verificationKeyOf(certificateFromBytes(fromHex(text))) as Uint8Array)).toBe(pub);
  });

  it('has role, permissions, keys and series as it was issued', async () => {
    const member = bench.member('a-cra');
    expect(scmsRoleOf(cra, MANAGEMENT)).toEqual({ kind: 'cra', value: { version: 1 } });
    expect(scmsRoleOf(bench.member('a-la2').certificate, MANAGEMENT)).toEqual({
      kind: 'la',
      value: { version: 1, laId: 2 },
    });
    expect([isCracaFor(cra, CRL, 1), appPermission(cra, 111)]).toEqual([true, undefined]);
    expect(verificationKeyOf(cra)).toEqual(await member.device.publicKey('verification'));
    expect(encryptionKeyOf(cra)).toEqual(await member.device.publicKey('encryption'));
    expect(certificateHash(cra)).toEqual(sm3(certificateToBytes(cra)));
  });
});
