/**
 * One X.509 certificate as the AAA takes it: version 3, a key on P-256 or the curve of SM2, signed by one of either (RFC 5280,
 * RFC 5758, GM/T 0015). Structures are read by pkijs.
 */
import { BasicConstraints, Certificate, type Extension } from 'pkijs';
import * as asn1js from 'asn1js';
import { sm3 } from '#crypto/sm3.js';
import { hasKeySigned, isStructureSigned, keyOf, schemeOf, type X509Key } from './x509-signature.js';

const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
/** Critical extensions that are acted upon; another critical one is refused (RFC 5280 4.2). */
const UNDERSTOOD = [BASIC_CONSTRAINTS, KEY_USAGE];
const VERSION_3 = 2;
const LARGEST_DER_BYTES = 8192;
const LARGEST_CRL_BYTES = 512 * 1024;
/** Bits of KeyUsage, RFC 5280 4.2.1.3. */
const DIGITAL_SIGNATURE = 0x80;
const KEY_CERT_SIGN = 0x04;
const CRL_SIGN = 0x02;

export interface X509 {
  readonly der: Uint8Array;
  readonly certificate: Certificate;
  /** SM3 of the SubjectPublicKeyInfo. */
  readonly keyHash: Uint8Array;
  /** Content octets of the INTEGER. */
  readonly serialNumber: Uint8Array;
}

const exactBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** The certificate in DER bytes; `undefined` for anything else, trailing bytes and more than 8 KiB. */
export function readX509(der: Uint8Array): X509 | undefined {
  if (der.length > LARGEST_DER_BYTES) return undefined;
  const certificate = readStructure(der, (schema) => new Certificate({ schema }));
  return certificate?.version === VERSION_3 ? described(certificate, der) : undefined;
}

/** One that came inside another structure; `undefined` for another version. */
export const x509Of = (certificate: Certificate): X509 | undefined =>
  certificate.version === VERSION_3
    ? described(certificate, new Uint8Array(certificate.toSchema(false).toBER()))
    : undefined;

const described = (certificate: Certificate, der: Uint8Array): X509 => ({
  der,
  certificate,
  keyHash: sm3(spkiOf(certificate)),
  serialNumber: new Uint8Array(certificate.serialNumber.valueBlock.valueHexView),
});

/** Reads one structure off DER bytes; what the parser throws means that it is none. */
export function readStructure<T>(der: Uint8Array, read: (schema: asn1js.AsnType) => T): T | undefined {
  if (der.length === 0 || der.length > LARGEST_CRL_BYTES) return undefined;
  try {
    const { offset, result } = asn1js.fromBER(exactBuffer(der));
    return offset === der.length ? read(result) : undefined;
  } catch {
    // Bytes from outside: the caller refuses with its own reason.
    return undefined;
  }
}

const spkiOf = (certificate: Certificate): Uint8Array =>
  new Uint8Array(certificate.subjectPublicKeyInfo.toSchema().toBER());

export const keyOfX509 = ({ certificate }: X509): X509Key | undefined => keyOf(certificate.subjectPublicKeyInfo);

/** A key of ours, and a signature of ours named alike inside and outside the signed part. */
export const hasOurAlgorithms = ({ certificate }: X509): boolean =>
  keyOf(certificate.subjectPublicKeyInfo) !== undefined &&
  schemeOf(certificate.signatureAlgorithm, certificate.signature) !== undefined;

export function isValidAt({ certificate }: X509, nowMillis: number): boolean {
  const { notBefore, notAfter } = certificate;
  return notBefore.value.getTime() <= nowMillis && nowMillis <= notAfter.value.getTime();
}

/** Whether one names the other as its issuer; says nothing of signatures. */
export const namesIssuer = (subject: X509, issuer: X509): boolean =>
  subject.certificate.issuer.isEqual(issuer.certificate.subject);

/** What certificates and CRLs have in common for their signer. */
type Signed = Pick<Certificate, 'signature' | 'signatureAlgorithm' | 'signatureValue' | 'tbsView'>;

/** Whether the issuer's key signed the structure; false for another scheme than the key's. */
export function isSignedBy(structure: Signed, issuer: X509): boolean {
  const key = keyOf(issuer.certificate.subjectPublicKeyInfo);
  const { signatureAlgorithm, signature, tbsView, signatureValue } = structure;
  const scheme = schemeOf(signatureAlgorithm, signature);
  return key !== undefined && isStructureSigned(key, { scheme, tbs: tbsView, signature: signatureValue });
}

const extensionOf = (x509: X509, id: string): Extension | undefined =>
  x509.certificate.extensions?.find(({ extnID }) => extnID === id);

export const hasExtension = (x509: X509, id: string): boolean => extensionOf(x509, id) !== undefined;

function understandsAll(x509: X509): boolean {
  const list = x509.certificate.extensions ?? [];
  const ids = new Set(list.map(({ extnID }) => extnID));
  return ids.size === list.length && list.every(({ critical, extnID }) => !critical || UNDERSTOOD.includes(extnID));
}

function constraintsOf(x509: X509): BasicConstraints | undefined {
  const parsed: unknown = extensionOf(x509, BASIC_CONSTRAINTS)?.parsedValue;
  return parsed instanceof BasicConstraints ? parsed : undefined;
}

/** The first octet of KeyUsage; `undefined` when the extension is absent, 0 when it is not what it must be. */
function keyUsageOf(x509: X509): number | undefined {
  const extension = extensionOf(x509, KEY_USAGE);
  if (extension === undefined) return undefined;
  const parsed: unknown = extension.parsedValue;
  return parsed instanceof asn1js.BitString ? (parsed.valueBlock.valueHexView[0] ?? 0) : 0;
}

/** May stand at the foot of a path: no CA, and its key may sign. */
export function isDeviceCertificate(x509: X509): boolean {
  const constraints = constraintsOf(x509);
  const isUnclear = constraints === undefined && extensionOf(x509, BASIC_CONSTRAINTS) !== undefined;
  if (!understandsAll(x509) || isUnclear || constraints?.cA === true) return false;
  return ((keyUsageOf(x509) ?? DIGITAL_SIGNATURE) & DIGITAL_SIGNATURE) !== 0;
}

/** May stand above `below` other CAs: RFC 5280 6.1.4 (k) to (n), KeyUsage required. */
export function isCaFor(x509: X509, below: number): boolean {
  const constraints = constraintsOf(x509);
  if (!understandsAll(x509) || constraints?.cA !== true) return false;
  const longest: unknown = constraints.pathLenConstraint;
  if (longest !== undefined && !(typeof longest === 'number' && longest >= below)) return false;
  return ((keyUsageOf(x509) ?? 0) & KEY_CERT_SIGN) !== 0;
}

export const maySignCrls = (x509: X509): boolean => ((keyUsageOf(x509) ?? 0) & CRL_SIGN) !== 0;

/** Whether the certificate's key made `signature` (64 bytes r‖s; SHA-256 on P-256, SM3 and the default ID for SM2) over `message`. */
export function hasSigned({ certificate }: X509, message: Uint8Array, signature: Uint8Array): boolean {
  const key = keyOf(certificate.subjectPublicKeyInfo);
  return key !== undefined && hasKeySigned(key, message, signature);
}
