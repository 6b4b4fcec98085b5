/**
 * The HashedId8 of any certificate: the last eight bytes of its hash, in canonical form, under the algorithm that belongs to
 * its key; IEEE 1609.2-2022 6.4.3. Certificates with keys that this system never issues included.
 */
import { encodeAfresh } from '#coer/codec.js';
import { hashAlgorithmOf, hashBy } from '#credentials/explain/identity.js';
import type { HashAlgorithm } from '#wire/base-types.js';
import { CertificateBase, type Certificate } from '#wire/secured-data.js';

export interface CertificateId {
  /** 8 bytes. */
  readonly hashedId8: Uint8Array;
  readonly algorithm: HashAlgorithm;
}

/** An uncompressed point as compressed: the parity of y stands in its last bit, no arithmetic is needed. */
function compressed(point: unknown): unknown {
  const { kind, value } = point as { kind: string; value: { x: Uint8Array; y: Uint8Array } };
  if (kind !== 'uncompressedP256' && kind !== 'uncompressedP384') return point;
  return { kind: ((value.y.at(-1) as number) & 1) === 0 ? 'compressed-y-0' : 'compressed-y-1', value: value.x };
}

/** rSig of ECDSA as x-only; `fill` has no x. */
function xOnly(point: unknown): unknown {
  const { kind, value } = compressed(point) as { kind: string; value: Uint8Array | null };
  return kind === 'fill' ? point : { kind: 'x-only', value };
}

interface Choice {
  readonly kind: string;
  readonly value: unknown;
}

function canonicalSignature(signature: Choice | undefined): unknown {
  if (signature === undefined || !signature.kind.startsWith('ecdsa')) return signature;
  const value = signature.value as { rSig: unknown };
  return { ...signature, value: { ...value, rSig: xOnly(value.rSig) } };
}

function canonicalKey(indicator: Choice): unknown {
  if (indicator.kind === 'reconstructionValue') return { ...indicator, value: compressed(indicator.value) };
  if (indicator.kind !== 'verificationKey') return indicator;
  const key = indicator.value as Choice;
  return { ...indicator, value: { ...key, value: compressed(key.value) } };
}

/**
 * The bytes over which a certificate is hashed: points compressed, rSig of ECDSA x-only. They are the certificate's own in
 * most cases, and whenever another edition wrote a key or signature that is not known.
 */
export function canonicalBytes({ value, bytes }: Certificate): Uint8Array {
  if (hasUnknown(value)) return bytes;
  const tbs = value.toBeSigned.value;
  const key = tbs.encryptionKey;
  const canonical = {
    ...value,
    signature: canonicalSignature(value.signature),
    toBeSigned: {
      ...value.toBeSigned,
      value: {
        ...tbs,
        verifyKeyIndicator: canonicalKey(tbs.verifyKeyIndicator),
        ...(key === undefined
          ? {}
          : { encryptionKey: { ...key, publicKey: { ...key.publicKey, value: compressed(key.publicKey.value) } } }),
      },
    },
  } as CertificateBase;
  return encodeAfresh(CertificateBase, canonical);
}

function hasUnknown({ signature, toBeSigned }: CertificateBase): boolean {
  const { verifyKeyIndicator, encryptionKey } = toBeSigned.value;
  const kinds: string[] = [
    signature?.kind ?? '',
    verifyKeyIndicator.kind,
    (verifyKeyIndicator.value as Partial<Choice> | undefined)?.kind ?? '',
    encryptionKey?.publicKey.kind ?? '',
  ];
  return kinds.includes('unknown');
}

/** `undefined` when key or issuer are of an algorithm that another edition names. */
export function certificateId(certificate: Certificate): CertificateId | undefined {
  const algorithm = hashAlgorithmOf(certificate) as HashAlgorithm | undefined;
  const hash = algorithm && (hashBy(algorithm, canonicalBytes(certificate)) as Uint8Array | undefined);
  return algorithm === undefined || hash === undefined ? undefined : { hashedId8: hash.subarray(-8), algorithm };
}
