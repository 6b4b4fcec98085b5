/** A manufacturer's X.509 CA for tests: the product's, and certificates and CRLs that are wrong in one point. */
import * as asn1js from 'asn1js';
import { CertificateRevocationList, Extension, Extensions, RevokedCertificate } from 'pkijs';
import {
  exactBuffer,
  KEY_USAGE_BITS,
  makeX509,
  parseX509,
  signX509,
  timeOf,
  type X509Subject,
} from '#apps/device/src/birth/x509-certificate.js';
import type { X509Identity } from '#apps/device/src/birth/x509-birth.js';
import { systemRandom } from '#crypto/random.js';

export { makeDeviceCertificate, makeIssuer, provesByX509, x509Proof } from '#apps/device/src/birth/x509-birth.js';
export type { X509Identity } from '#apps/device/src/birth/x509-birth.js';
export { KEY_USAGE_BITS };

const YEAR_MILLIS = 365 * 86_400_000;

export const lifeAround = (nowMillis: number): { notBeforeMillis: number; notAfterMillis: number } => ({
  notBeforeMillis: nowMillis - YEAR_MILLIS,
  notAfterMillis: nowMillis + YEAR_MILLIS,
});

/** Any certificate: a device's unless told otherwise. */
export function x509With(nowMillis: number, issuer: X509Identity | 'self', parts: Partial<X509Subject>): X509Identity {
  const device = { commonName: 'a device', isCa: false, keyUsage: KEY_USAGE_BITS.digitalSignature };
  return makeX509({ ...device, ...lifeAround(nowMillis), ...parts }, issuer, systemRandom);
}

/** A CA below another one. */
export function intermediate(
  nowMillis: number,
  issuer: X509Identity | 'self',
  parts: Partial<X509Subject> = {},
): X509Identity {
  const keyUsage = KEY_USAGE_BITS.keyCertSign | KEY_USAGE_BITS.cRLSign;
  return x509With(nowMillis, issuer, { commonName: 'an intermediate CA', isCa: true, keyUsage, ...parts });
}

/** An extension that nobody knows. */
export const unknownExtension = (critical: boolean): Extension =>
  new Extension({ extnID: '1.2.3.4.5', critical, extnValue: new asn1js.Null().toBER() });

export interface CrlParts {
  readonly thisUpdateMillis: number;
  readonly nextUpdateMillis?: number;
  readonly revoked: readonly Uint8Array[];
  /** Signs in the issuer's name with another key. */
  readonly signedWith?: Pick<X509Identity, 'scheme' | 'privateKey'>;
  /** Marks each entry with a critical extension. */
  readonly withCriticalEntries?: boolean;
}

/** A CRL naming these DER certificates. */
export function makeCrl(issuer: X509Identity, parts: CrlParts): Uint8Array {
  const crl = new CertificateRevocationList();
  crl.version = 1;
  crl.issuer = parseX509(issuer.certificate).subject;
  crl.thisUpdate = timeOf(parts.thisUpdateMillis);
  if (parts.nextUpdateMillis !== undefined) crl.nextUpdate = timeOf(parts.nextUpdateMillis);
  if (parts.revoked.length > 0) crl.revokedCertificates = parts.revoked.map((der) => revokedEntry(der, parts));
  // pkijs hides the encoder of a CRL's signed part and shows that of a certificate; they are one contract.
  signX509(crl as unknown as Parameters<typeof signX509>[0], parts.signedWith ?? issuer);
  return new Uint8Array(crl.toSchema(true).toBER());
}

function revokedEntry(der: Uint8Array, parts: CrlParts): RevokedCertificate {
  return new RevokedCertificate({
    userCertificate: parseX509(der).serialNumber,
    revocationDate: timeOf(parts.thisUpdateMillis),
    ...(parts.withCriticalEntries
      ? { crlEntryExtensions: new Extensions({ extensions: [unknownExtension(true)] }) }
      : {}),
  });
}

/** The same certificate with one bit of its signature changed. */
export function withBentSignature(der: Uint8Array): Uint8Array {
  const bent = new Uint8Array(exactBuffer(der));
  bent[bent.length - 1] = (bent[bent.length - 1] as number) ^ 1;
  return bent;
}
