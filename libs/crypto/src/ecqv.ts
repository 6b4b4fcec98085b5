/**
 * Implicit certificates (ECQV) as V2X does them: e = OS2IP(H(H(tbsCertificate) ‖ H(issuer certificate))) mod n, without the
 * right shift of SEC 4 (IEEE 1609.2-2022 6.4.3). The SM suite has no public profile for them; the product's SM profile issues
 * explicit certificates, and this stands for the `ieee` profile and for what SM may bring.
 */
import { requireBytes } from './argument.js';
import { isAllZero } from './equal.js';
import { bytes32, integerOf } from './bytes.js';
import { requireScalarOf, type Suite } from './suite.js';

/** e, 32 bytes in [1, n−1], from the ToBeSignedCertificate as encoded and the 32-byte hash of the issuer's certificate. */
export function implicitCertificateDigest(
  suite: Suite,
  tbsCertificate: Uint8Array,
  issuerCertificateHash: Uint8Array,
): Uint8Array {
  requireBytes('issuerCertificateHash', issuerCertificateHash, 32);
  const e = integerOf(suite.hash(suite.hash(tbsCertificate), issuerCertificateHash)) % suite.order;
  if (e === 0n) throw new RangeError('tbsCertificate: e is zero');
  return bytes32(e);
}

/** P_U = B + k·G, the reconstruction value in the certificate, for the issuer's ephemeral scalar k: 33 bytes. */
export function reconstructionValue(suite: Suite, requestKey: Uint8Array, k: Uint8Array): Uint8Array {
  return suite.addBase(requestKey, k);
}

/** r = e·k + d_CA mod n, the issuer's contribution to the private key: 32 bytes, may be zero. */
export function reconstructionPrivateValue(
  suite: Suite,
  e: Uint8Array,
  k: Uint8Array,
  issuerPrivate: Uint8Array,
): Uint8Array {
  requireScalarOf(suite, 'e', e);
  requireScalarOf(suite, 'k', k);
  requireScalarOf(suite, 'issuerPrivate', issuerPrivate);
  return suite.multiplyAddScalars(e, k, issuerPrivate);
}

/** d = e·b + r mod n, the device's private key: 32 bytes. Refuses zero. The device then checks d·G = Q. */
export function reconstructPrivateKey(
  suite: Suite,
  e: Uint8Array,
  requestPrivate: Uint8Array,
  r: Uint8Array,
): Uint8Array {
  requireBytes('r', r, 32);
  if (!isAllZero(r) && !suite.isScalar(r)) throw new RangeError('r: not in [0, n−1]');
  requireScalarOf(suite, 'e', e);
  requireScalarOf(suite, 'requestPrivate', requestPrivate);
  const d = suite.multiplyAddScalars(e, requestPrivate, r);
  if (isAllZero(d)) throw new RangeError('r: the private key is zero');
  return d;
}

/** Q = e·P_U + Q_CA, the public key that an implicit certificate stands for: 33 bytes; refuses infinity. */
export function reconstructPublicKey(
  suite: Suite,
  e: Uint8Array,
  value: Uint8Array,
  issuerPublic: Uint8Array,
): Uint8Array {
  return suite.addPoints(suite.multiply(value, e), issuerPublic);
}
