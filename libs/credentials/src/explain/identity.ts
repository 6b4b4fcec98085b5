/**
 * Hash and HashedId8 of any certificate, of SM2 and of ECDSA: over its canonical form, by the algorithm that belongs to its
 * key; IEEE 1609.2-2022 5.3.1 and 6.4.3. `certificate-facts.ts` knows the SM2 certificates that this system issues.
 */
import { decodeToShow, encodeAfresh } from '#coer/codec.js';
import { sha256 } from '#crypto/p256.js';
import { sha384 } from '#crypto/sha384.js';
import { sm3 } from '#crypto/sm3.js';
import type { HashAlgorithm, PublicVerificationKey } from '#wire/base-types.js';
import { CertificateBase, ToBeSignedCertificate, type Certificate } from '#wire/secured-data.js';

export interface Identity {
  readonly algorithm: HashAlgorithm;
  /** Of the whole certificate: 32 bytes, 48 for sha384. */
  readonly hash: Uint8Array;
  readonly hashedId8: Uint8Array;
}

interface Choice {
  readonly kind: string;
  readonly value: unknown;
}

/** An uncompressed point as compressed: the last bit of y says which, no arithmetic is needed. */
function compressed(point: Choice): Choice {
  if (!point.kind.startsWith('uncompressed')) return point;
  const { x, y } = point.value as { x: Uint8Array; y: Uint8Array };
  return { kind: ((y.at(-1) as number) & 1) === 0 ? 'compressed-y-0' : 'compressed-y-1', value: x };
}

const isPoint = (value: unknown): value is Choice =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  value.kind.startsWith('uncompressed');

/** The value with every point in it compressed; what holds none is the same object. */
function withCompressedPoints(value: unknown): unknown {
  if (isPoint(value)) return compressed(value);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array || value instanceof Set) return value;
  if (Array.isArray(value)) return value.map(withCompressedPoints);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withCompressedPoints(part)]));
}

/** rSig of ECDSA by its x alone; SM2 has no choice there. */
function canonicalSignature(signature: Choice | undefined): Choice | undefined {
  if (signature === undefined || !signature.kind.startsWith('ecdsa')) return signature;
  const value = signature.value as { rSig: Choice };
  const { kind, value: x } = compressed(value.rSig);
  return kind === 'fill' ? signature : { ...signature, value: { ...value, rSig: { kind: 'x-only', value: x } } };
}

const canonicalTbs = new WeakMap<Certificate, Uint8Array>();
const identities = new WeakMap<Certificate, Identity>();

/** What the issuer signed: the to-be-signed part with its points compressed. */
export function canonicalTbsBytes(certificate: Certificate): Uint8Array {
  const known = canonicalTbs.get(certificate);
  if (known !== undefined) return known;
  const { bytes } = certificate.value.toBeSigned;
  // Read once more with what another edition added, which a signature covers too.
  const shown = decodeToShow(ToBeSignedCertificate, bytes) as ToBeSignedCertificate;
  const canonical = encodeAfresh(ToBeSignedCertificate, withCompressedPoints(shown) as ToBeSignedCertificate);
  canonicalTbs.set(certificate, canonical);
  return canonical;
}

/** The bytes that are hashed for a certificate: points compressed, rSig of ECDSA x-only. */
export function canonicalBytes(certificate: Certificate): Uint8Array {
  const shown = withCompressedPoints(decodeToShow(CertificateBase, certificate.bytes)) as CertificateBase;
  const signature = canonicalSignature(certificate.value.signature) as CertificateBase['signature'];
  return encodeAfresh(CertificateBase, { ...shown, signature });
}

/** The algorithm that belongs to a key. */
export function hashAlgorithmOfKey({ kind }: PublicVerificationKey): HashAlgorithm {
  switch (kind) {
    case 'ecsigSm2':
      return 'sm3';
    case 'ecdsaNistP256':
    case 'ecdsaBrainpoolP256r1':
      return 'sha256';
    case 'ecdsaNistP384':
    case 'ecdsaBrainpoolP384r1':
      return 'sha384';
  }
}

/** The algorithm that belongs to the verification key; an implicit certificate takes that of its issuer. */
export function hashAlgorithmOf({ value }: Certificate): HashAlgorithm {
  const { verifyKeyIndicator } = value.toBeSigned.value;
  if (verifyKeyIndicator.kind === 'verificationKey') return hashAlgorithmOfKey(verifyKeyIndicator.value);
  switch (value.issuer.kind) {
    case 'self':
      return value.issuer.value;
    case 'sm3AndDigest':
      return 'sm3';
    case 'sha256AndDigest':
      return 'sha256';
    case 'sha384AndDigest':
      return 'sha384';
  }
}

/** 32 bytes, 48 for sha384. */
export function hashBy(algorithm: HashAlgorithm, bytes: Uint8Array): Uint8Array {
  switch (algorithm) {
    case 'sm3':
      return sm3(bytes);
    case 'sha256':
      return sha256(bytes);
    case 'sha384':
      return sha384(bytes);
  }
}

/** Kept with the object. */
export function identityOf(certificate: Certificate): Identity {
  const known = identities.get(certificate);
  if (known !== undefined) return known;
  const algorithm = hashAlgorithmOf(certificate);
  const hash = hashBy(algorithm, canonicalBytes(certificate));
  const identity = { algorithm, hash, hashedId8: hash.subarray(-8) };
  identities.set(certificate, identity);
  return identity;
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
