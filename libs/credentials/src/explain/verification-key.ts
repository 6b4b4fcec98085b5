/**
 * The key of a certificate, given or reconstructed, and signatures under it: SM2 with SM3, ECDSA P-256 with SHA-256. Of
 * the other algorithms of IEEE 1609.2 only the name is said.
 */
import { concat } from '#crypto/bytes.js';
import { implicitCertificateDigest, reconstructPublicKey } from '#crypto/ecqv.js';
import { ecdsaVerify, isP256PublicKey, p256Curve, sha256 } from '#crypto/p256.js';
import { DEFAULT_SM2_ID, isSm2PublicKey, sm2CompressPoint, sm2Verify } from '#crypto/sm2.js';
import { nistSuite, smSuite } from '#crypto/suite.js';
import type { EccP256CurvePoint, PublicVerificationKey, Signature } from '#wire/base-types.js';
import type { Certificate } from '#wire/secured-data.js';
import { canonicalTbsBytes, identityOf } from './identity.js';

export type Curve = 'sm2' | 'p256';

export type VerificationKey =
  | { readonly kind: 'key'; readonly curve: Curve; readonly bytes: Uint8Array }
  /** `why` is a clause that goes on after "because". */
  | { readonly kind: 'none'; readonly why: string };

const none = (why: string): VerificationKey => ({ kind: 'none', why });

/** 33 bytes; `undefined` for x-only, fill, and what is not on the curve. */
function publicKeyOf(point: EccP256CurvePoint, curve: Curve): Uint8Array | undefined {
  const bytes = compressedOf(point, curve);
  if (bytes === undefined) return undefined;
  return (curve === 'sm2' ? isSm2PublicKey(bytes) : isP256PublicKey(bytes)) ? bytes : undefined;
}

function compressedOf(point: EccP256CurvePoint, curve: Curve): Uint8Array | undefined {
  switch (point.kind) {
    case 'compressed-y-0':
      return concat(Uint8Array.of(2), point.value);
    case 'compressed-y-1':
      return concat(Uint8Array.of(3), point.value);
    case 'uncompressedP256':
      try {
        const { x, y } = point.value;
        return curve === 'sm2' ? sm2CompressPoint(x, y) : p256Curve.encode('point', p256Curve.affinePoint(x, y));
      } catch {
        // Off the curve: no key, which the caller says.
        return undefined;
      }
    case 'x-only':
    case 'fill':
      return undefined;
  }
}

const UNSUPPORTED: Readonly<Record<Exclude<PublicVerificationKey['kind'], 'ecsigSm2' | 'ecdsaNistP256'>, string>> = {
  ecdsaBrainpoolP256r1: 'ECDSA over Brainpool P256r1',
  ecdsaBrainpoolP384r1: 'ECDSA over Brainpool P384r1',
  ecdsaNistP384: 'ECDSA over NIST P-384',
};

const notSupported = (algorithm: string): string =>
  `${algorithm} is not supported, only SM2 with SM3 and ECDSA P-256 with SHA-256`;

/** The key as a certificate or a request has it. */
export function keyOf(key: PublicVerificationKey): VerificationKey {
  if (key.kind !== 'ecsigSm2' && key.kind !== 'ecdsaNistP256') return none(notSupported(UNSUPPORTED[key.kind]));
  const curve: Curve = key.kind === 'ecsigSm2' ? 'sm2' : 'p256';
  const bytes = publicKeyOf(key.value, curve);
  return bytes === undefined ? none('its verification key is no point of the curve') : { kind: 'key', curve, bytes };
}

/** The key that stands in an explicit certificate. */
export function explicitKeyOf({ value }: Certificate): VerificationKey {
  const { verifyKeyIndicator } = value.toBeSigned.value;
  return verifyKeyIndicator.kind === 'verificationKey'
    ? keyOf(verifyKeyIndicator.value)
    : none('it holds no verification key');
}

/**
 * The key an implicit certificate stands for under its issuer: Q = e·P_U + Q_CA with
 * e = H(H(tbsCertificate) ‖ H(issuer certificate)), not shifted (IEEE 1609.2-2022 6.4.3).
 */
export function implicitKeyOf(
  certificate: Certificate,
  issuer: Certificate,
  issuerKey: VerificationKey,
): VerificationKey {
  const { verifyKeyIndicator } = certificate.value.toBeSigned.value;
  if (verifyKeyIndicator.kind !== 'reconstructionValue') return none('it holds no reconstruction value');
  if (issuerKey.kind === 'none') return none(`of the key of its issuer: ${issuerKey.why}`);
  const value = publicKeyOf(verifyKeyIndicator.value, issuerKey.curve);
  if (value === undefined) return none('its reconstruction value is no point of the curve of its issuer');
  const suite = issuerKey.curve === 'sm2' ? smSuite : nistSuite;
  try {
    const e = implicitCertificateDigest(suite, canonicalTbsBytes(certificate), identityOf(issuer).hash);
    return { kind: 'key', curve: issuerKey.curve, bytes: reconstructPublicKey(suite, e, value, issuerKey.bytes) };
  } catch {
    // e is zero or Q is infinity: for no certificate that anybody made on purpose.
    return none('its reconstruction value gives no key');
  }
}

/** The hash that goes with a curve; hashId and identifiers of issuers must be of it. */
export const hashOfCurve = (curve: Curve): 'sm3' | 'sha256' => (curve === 'sm2' ? 'sm3' : 'sha256');

/** x of rSig in whatever form it came; `undefined` for fill. */
function xOf(point: EccP256CurvePoint): Uint8Array | undefined {
  if (point.kind === 'fill') return undefined;
  return point.kind === 'uncompressedP256' ? point.value.x : point.value;
}

/**
 * Whether `key` made the signature; a clause why not, `undefined` when it did. ECDSA is over H(H(tbs) ‖ H(signer
 * identifier input)), the input being the signer's certificate, or empty for what is signed by itself (IEEE 1609.2-2022
 * 5.3.1). SM2 is over Z ‖ tbs with the SM3 of the signer's certificate as ID, or the default ID (YD/T 3957-2021 D.2).
 */
export function signatureProblem(
  key: VerificationKey,
  signer: Certificate | 'self',
  signed: { tbs: Uint8Array; signature: Signature },
): string | undefined {
  if (key.kind === 'none') return key.why;
  const { tbs, signature } = signed;
  const clause = key.curve === 'sm2' ? 'YD/T 3957-2021 D.2' : 'IEEE 1609.2-2022 5.3.1';
  if (key.curve === 'sm2' && signature.kind === 'sm2Signature') {
    const id = signer === 'self' ? DEFAULT_SM2_ID : identityOf(signer).hash;
    const { rSig, sSig } = signature.value;
    return sm2Verify(key.bytes, id, tbs, concat(rSig, sSig)) ? undefined : `SM2 does not verify (${clause})`;
  }
  if (key.curve === 'p256' && signature.kind === 'ecdsaNistP256Signature') {
    const r = xOf(signature.value.rSig);
    const input = signer === 'self' ? sha256() : identityOf(signer).hash;
    const digest = sha256(sha256(tbs), input);
    const valid = r !== undefined && ecdsaVerify(key.bytes, digest, concat(r, signature.value.sSig));
    return valid ? undefined : `ECDSA P-256 does not verify (${clause})`;
  }
  return `the signature is of another algorithm (${signature.kind}) than the key of its signer`;
}

/** The keys of a path, its last certificate's first; those of implicit certificates from their issuers downwards. */
export function keysOf(path: readonly Certificate[]): VerificationKey[] {
  const keys: VerificationKey[] = [];
  for (let at = path.length - 1; at >= 0; at--) {
    const certificate = path[at] as Certificate;
    const issuer = path[at + 1];
    const issuerKey = keys[0];
    if (certificate.value.type === 'explicit') keys.unshift(explicitKeyOf(certificate));
    else if (issuer === undefined || issuerKey === undefined)
      keys.unshift(none('its key is reconstructed from its issuer, which is not at hand'));
    else keys.unshift(implicitKeyOf(certificate, issuer, issuerKey));
  }
  return keys;
}
