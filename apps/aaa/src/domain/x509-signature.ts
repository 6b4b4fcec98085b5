/**
 * Keys and signatures of X.509 structures, over the to-be-signed bytes as they came: ECDSA on P-256 with SHA-256 (RFC 5480,
 * RFC 5758) and SM2 with SM3 (GB/T 35276, GM/T 0015; WebCrypto has none). The arithmetic is ours, the structures are read by
 * pkijs.
 */
import * as asn1js from 'asn1js';
import type { AlgorithmIdentifier, PublicKeyInfo } from 'pkijs';
import { bytes32, concat } from '#crypto/bytes.js';
import { ecdsaVerify, p256Curve, sha256 } from '#crypto/p256.js';
import { DEFAULT_SM2_ID, sm2CompressPoint, sm2Verify } from '#crypto/sm2.js';

const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const CURVES: Readonly<Record<string, Scheme>> = { '1.2.840.10045.3.1.7': 'p256', '1.2.156.10197.1.301': 'sm2' };
const SIGNATURES: Readonly<Record<string, Scheme>> = { '1.2.840.10045.4.3.2': 'p256', '1.2.156.10197.1.501': 'sm2' };
const UNCOMPRESSED = 4;
const POINT_BYTES = 65;
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const MOST_SIGNATURE_BYTES = 72;

export type Scheme = 'p256' | 'sm2';

export interface X509Key {
  readonly scheme: Scheme;
  /** 33 bytes, a point of the scheme's curve. */
  readonly publicKey: Uint8Array;
}

/** The key; `undefined` for another algorithm or curve, and for what is no uncompressed point of it. */
export function keyOf({ algorithm, subjectPublicKey }: PublicKeyInfo): X509Key | undefined {
  const curve: unknown = algorithm.algorithmParams;
  if (algorithm.algorithmId !== EC_PUBLIC_KEY || !(curve instanceof asn1js.ObjectIdentifier)) return undefined;
  const scheme = own(CURVES, curve.valueBlock.toString());
  const point = subjectPublicKey.valueBlock.valueHexView;
  if (scheme === undefined || point.length !== POINT_BYTES || point[0] !== UNCOMPRESSED) return undefined;
  const publicKey = compressed(scheme, point.slice(1, 33), point.slice(33));
  return publicKey && { scheme, publicKey };
}

function compressed(scheme: Scheme, x: Uint8Array, y: Uint8Array): Uint8Array | undefined {
  try {
    if (scheme === 'sm2') return sm2CompressPoint(x, y);
    const key = concat(Uint8Array.of(2 + ((y[31] as number) & 1)), x);
    return Buffer.compare(bytes32(p256Curve.point('publicKey', key).toAffine().y), y) === 0 ? key : undefined;
  } catch {
    // Off the curve: not a key; the caller refuses with its own reason.
    return undefined;
  }
}

const own = (table: Readonly<Record<string, Scheme>>, name: string): Scheme | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** The scheme that both places of a structure name (RFC 5280 4.1.1.2); `undefined` where they differ or name another. */
export function schemeOf(outer: AlgorithmIdentifier, inner: AlgorithmIdentifier = outer): Scheme | undefined {
  return outer.algorithmId === inner.algorithmId ? own(SIGNATURES, outer.algorithmId) : undefined;
}

/** Whether `key` made a signature (64 bytes r‖s) over `message`; SM2 under the default ID. */
export function hasKeySigned({ scheme, publicKey }: X509Key, message: Uint8Array, signature: Uint8Array): boolean {
  return scheme === 'sm2'
    ? sm2Verify(publicKey, DEFAULT_SM2_ID, message, signature)
    : ecdsaVerify(publicKey, sha256(message), signature);
}

/** Whether `key` made the signature of a structure: its scheme, and a DER SEQUENCE of r and s over the bytes that came. */
export function isStructureSigned(
  key: X509Key,
  signed: { scheme: Scheme | undefined; tbs: Uint8Array; signature: asn1js.BitString },
): boolean {
  const { valueHexView, unusedBits } = signed.signature.valueBlock;
  const signature = unusedBits === 0 ? rsOf(valueHexView) : undefined;
  return signed.scheme === key.scheme && signature !== undefined && hasKeySigned(key, signed.tbs, signature);
}

/** r‖s, 64 bytes, of a DER signature; `undefined` for any other spelling. */
function rsOf(der: Uint8Array): Uint8Array | undefined {
  if (der.length > MOST_SIGNATURE_BYTES || der[0] !== SEQUENCE || der[1] !== der.length - 2) return undefined;
  const r = integerAt(der, 2);
  const s = r && integerAt(der, r.end);
  return r !== undefined && s?.end === der.length ? concat(r.value, s.value) : undefined;
}

/** A positive INTEGER of at most 32 bytes in its shortest spelling, filled up to 32. */
function integerAt(der: Uint8Array, at: number): { value: Uint8Array; end: number } | undefined {
  const length = der[at + 1] ?? 0;
  const content = der.slice(at + 2, at + 2 + length);
  const isWhole = der[at] === INTEGER && length > 0 && content.length === length;
  const [first = 0, second = 0] = content;
  if (!isWhole || first > 0x7f || (first === 0 && length > 1 && second < 0x80)) return undefined;
  const digits = first === 0 ? content.slice(1) : content;
  if (digits.length > 32) return undefined;
  const value = new Uint8Array(32);
  value.set(digits, 32 - digits.length);
  return { value, end: at + 2 + length };
}
