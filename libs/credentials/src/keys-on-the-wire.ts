/** Between 33-byte compressed SM2 keys, as the crypto library takes them, and the types of the standard. */
import { sm2CompressPoint } from '#crypto/sm2.js';
import { concat } from '#crypto/bytes.js';
import type { EccP256CurvePoint, PublicEncryptionKey, PublicVerificationKey, Signature } from '#wire/base-types.js';

/** 33 bytes (02|03, X) → compressed point. */
export function pointOf(publicKey: Uint8Array): EccP256CurvePoint {
  return { kind: publicKey[0] === 2 ? 'compressed-y-0' : 'compressed-y-1', value: publicKey.subarray(1) };
}

/** A point with a y coordinate → 33 bytes; `undefined` for x-only and fill, and for an uncompressed point off the curve. */
export function compressedOf(point: EccP256CurvePoint): Uint8Array | undefined {
  switch (point.kind) {
    case 'compressed-y-0':
      return concat(Uint8Array.of(2), point.value);
    case 'compressed-y-1':
      return concat(Uint8Array.of(3), point.value);
    case 'uncompressedP256':
      return compress(point.value);
    case 'x-only':
    case 'fill':
      return undefined;
  }
}

function compress({ x, y }: { x: Uint8Array; y: Uint8Array }): Uint8Array | undefined {
  try {
    return sm2CompressPoint(x, y);
  } catch {
    // Off the curve: not a key; the caller refuses with its own reason.
    return undefined;
  }
}

export const sm2VerificationKey = (publicKey: Uint8Array): PublicVerificationKey => ({
  kind: 'ecsigSm2',
  value: pointOf(publicKey),
});

export const sm2EncryptionKey = (publicKey: Uint8Array): PublicEncryptionKey => ({
  supportedSymmAlg: 'sm4Ccm',
  publicKey: { kind: 'ecencSm2', value: pointOf(publicKey) },
});

/** 64 bytes r‖s ↔ Signature.sm2Signature. */
export const sm2SignatureValue = (signature: Uint8Array): Signature => ({
  kind: 'sm2Signature',
  value: { rSig: signature.subarray(0, 32), sSig: signature.subarray(32) },
});

export function sm2SignatureBytes(signature: Signature): Uint8Array | undefined {
  return signature.kind === 'sm2Signature' ? concat(signature.value.rSig, signature.value.sSig) : undefined;
}

/** X of a compressed SM2 key, 32 bytes as they stand in what was decoded; undefined for another key or form of point. */
export function abscissaOf(
  key: PublicVerificationKey | PublicEncryptionKey['publicKey'] | undefined,
): Uint8Array | undefined {
  if (key?.kind !== 'ecsigSm2' && key?.kind !== 'ecencSm2') return undefined;
  return key.value.kind === 'compressed-y-0' || key.value.kind === 'compressed-y-1' ? key.value.value : undefined;
}
