/** What can be read off a certificate: its hash and identifiers, keys, validity, name, permissions. */
import { decode, encode, tryDecode } from '#coer/codec.js';
import { isSm2PublicKey } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import type { PsidSsp, PublicEncryptionKey } from '#wire/base-types.js';
import { CrlSsp } from '#wire/crl.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import { Certificate, type IssuerIdentifier } from '#wire/secured-data.js';
import { compressedOf } from './keys-on-the-wire.js';

const hashes = new WeakMap<Certificate, Uint8Array>();

/** SM3 of the whole certificate, 32 bytes; the hash tied to an SM2 verification key. Kept with the object. */
export function certificateHash(certificate: Certificate): Uint8Array {
  const known = hashes.get(certificate);
  if (known !== undefined) return known;
  const hash = sm3(certificate.bytes);
  hashes.set(certificate, hash);
  return hash;
}

/** HashedIdN = the last N bytes of the hash. */
export const hashedId8 = (certificate: Certificate): Uint8Array => certificateHash(certificate).subarray(24);
export const hashedId3 = (certificate: Certificate): Uint8Array => certificateHash(certificate).subarray(29);
export const hashedId10 = (certificate: Certificate): Uint8Array => certificateHash(certificate).subarray(22);
/** HashedId8 as the key of a map. */
export const idKey = (id: Uint8Array): string => Buffer.from(id).toString('hex');

export const issuedBySelf: IssuerIdentifier = { kind: 'self', value: 'sm3' };
export const issuerIdOf = (issuer: Certificate): IssuerIdentifier => ({
  kind: 'sm3AndDigest',
  value: hashedId8(issuer),
});

/** The 33-byte SM2 verification key, or `undefined` when the certificate holds another kind of key. */
export function verificationKeyOf(certificate: Certificate): Uint8Array | undefined {
  const { verifyKeyIndicator } = certificate.value.toBeSigned.value;
  if (verifyKeyIndicator.kind !== 'verificationKey' || verifyKeyIndicator.value.kind !== 'ecsigSm2') return undefined;
  return compressedOf(verifyKeyIndicator.value.value);
}

/** The 33-byte SM2 key of a PublicEncryptionKey, or `undefined` for another algorithm and for what is no point of the curve. */
export function sm2EncryptionPoint(key: PublicEncryptionKey | undefined): Uint8Array | undefined {
  if (key?.supportedSymmAlg !== 'sm4Ccm' || key.publicKey.kind !== 'ecencSm2') return undefined;
  const point = compressedOf(key.publicKey.value);
  return point !== undefined && isSm2PublicKey(point) ? point : undefined;
}

export const encryptionKeyOf = (certificate: Certificate): Uint8Array | undefined =>
  sm2EncryptionPoint(certificate.value.toBeSigned.value.encryptionKey);

export function hostnameOf(certificate: Certificate): string | undefined {
  const { id } = certificate.value.toBeSigned.value;
  return id.kind === 'name' ? id.value : undefined;
}

export function appPermission(certificate: Certificate, aid: number): PsidSsp | undefined {
  return certificate.value.toBeSigned.value.appPermissions?.find((permission) => permission.psid === aid);
}

/** What the certificate may be in the SCMS: its ScmsSsp under the management AID. */
export function scmsRoleOf(certificate: Certificate, managementAid: number): ScmsSsp | undefined {
  const ssp = appPermission(certificate, managementAid)?.ssp;
  if (ssp?.kind !== 'opaque') return undefined;
  const decoded = tryDecode(ScmsSsp, ssp.value);
  return decoded.ok ? decoded.value : undefined;
}

/** Whether the certificate signs CRLs of a series for itself as CRACA (CrlSsp isCraca). */
export function isCracaFor(certificate: Certificate, crlAid: number, series: number): boolean {
  const ssp = appPermission(certificate, crlAid)?.ssp;
  if (ssp?.kind !== 'opaque') return false;
  const decoded = tryDecode(CrlSsp, ssp.value);
  return decoded.ok && decoded.value.associatedCraca === 'isCraca' && decoded.value.crls.includes(series);
}

export const certificateFromBytes = (bytes: Uint8Array): Certificate => decode(Certificate, bytes);
export const certificateToBytes = (certificate: Certificate): Uint8Array => encode(Certificate, certificate);
