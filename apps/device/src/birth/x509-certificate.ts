/**
 * Makes X.509 certificates with P-256 keys (RFC 5280, RFC 5480; ECDSA with SHA-256) or SM2 keys (GM/T 0015; SM2 with SM3), as
 * the manufacturer of a device does. pkijs writes the structures; keys and signatures are our own arithmetic.
 */
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  createCMSECDSASignature,
  Extension,
  PublicKeyInfo,
  RelativeDistinguishedNames,
  Time,
} from 'pkijs';
import { bytes32, concat } from '#crypto/bytes.js';
import { ecdsaSign, newP256PrivateKey, p256Curve, p256PublicKey, sha256 } from '#crypto/p256.js';
import type { Random } from '#crypto/random.js';
import { sm2Curve } from '#crypto/reference/sm2-curve.js';
import { DEFAULT_SM2_ID, newSm2PrivateKey, sm2PublicKey, sm2Sign } from '#crypto/sm2.js';

const COMMON_NAME = '2.5.4.3';
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const CURVE = { p256: '1.2.840.10045.3.1.7', sm2: '1.2.156.10197.1.301' } as const;
const SIGNATURE = { p256: '1.2.840.10045.4.3.2', sm2: '1.2.156.10197.1.501' } as const;
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
/** Bits of KeyUsage as the first octet carries them. */
export const KEY_USAGE_BITS = { digitalSignature: 0x80, keyCertSign: 0x04, cRLSign: 0x02 } as const;
const SERIAL_BYTES = 16;
/** RFC 5280 4.1.2.5: dates from 2050 on are GeneralizedTime. */
const GENERALIZED_FROM = Date.UTC(2050, 0, 1);
const VERSION_3 = 2;

export type X509Scheme = 'p256' | 'sm2';

export interface X509Identity {
  /** Of the key; `p256` when absent. */
  readonly scheme?: X509Scheme;
  /** DER. */
  readonly certificate: Uint8Array;
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
}

export interface X509Subject {
  readonly commonName: string;
  readonly notBeforeMillis: number;
  readonly notAfterMillis: number;
  readonly isCa: boolean;
  /** Of a CA: how many CAs may stand below it. */
  readonly pathLength?: number;
  /** The octet of KeyUsage, KEY_USAGE_BITS or'ed. */
  readonly keyUsage: number;
  /** Made when absent. */
  readonly privateKey?: Uint8Array;
  /** Of its key; `p256` when absent. */
  readonly scheme?: X509Scheme;
  readonly extraExtensions?: readonly Extension[];
}

export const exactBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** A certificate and its key, under `issuer` or signed by itself. */
export function makeX509(subject: X509Subject, issuer: X509Identity | 'self', random: Random): X509Identity {
  const { scheme = 'p256' } = subject;
  const privateKey = subject.privateKey ?? (scheme === 'sm2' ? newSm2PrivateKey(random) : newP256PrivateKey(random));
  const certificate = new Certificate();
  certificate.version = VERSION_3;
  certificate.serialNumber = new asn1js.Integer({ valueHex: exactBuffer(newSerial(random)) });
  certificate.subject = nameOf(subject.commonName);
  certificate.issuer = issuer === 'self' ? nameOf(subject.commonName) : parseX509(issuer.certificate).subject;
  certificate.notBefore = timeOf(subject.notBeforeMillis);
  certificate.notAfter = timeOf(subject.notAfterMillis);
  certificate.subjectPublicKeyInfo = publicKeyInfo(privateKey, scheme);
  certificate.extensions = extensionsOf(subject);
  const signer = issuer === 'self' ? { scheme, privateKey } : issuer;
  signX509(certificate, signer);
  return { scheme, certificate: new Uint8Array(certificate.toSchema(true).toBER()), privateKey };
}

export const parseX509 = (der: Uint8Array): Certificate => Certificate.fromBER(der);

/** What certificates and CRLs have in common for their signer. */
interface Signable {
  signature: AlgorithmIdentifier;
  signatureAlgorithm: AlgorithmIdentifier;
  signatureValue: asn1js.BitString;
  tbsView: Uint8Array;
  encodeTBS(): { toBER(): ArrayBuffer };
}

/** Signs the to-be-signed part as it now is. */
export function signX509(signable: Signable, by: Pick<X509Identity, 'scheme' | 'privateKey'>): void {
  const algorithmId = SIGNATURE[by.scheme ?? 'p256'];
  signable.signature = new AlgorithmIdentifier({ algorithmId });
  signable.signatureAlgorithm = new AlgorithmIdentifier({ algorithmId });
  signable.tbsView = new Uint8Array(signable.encodeTBS().toBER());
  signable.signatureValue = x509Signature(by, signable.tbsView);
}

/** The signature over bytes as structures carry it: DER of r and s. */
export const x509Signature = (by: Pick<X509Identity, 'scheme' | 'privateKey'>, tbs: Uint8Array): asn1js.BitString =>
  new asn1js.BitString({ valueHex: createCMSECDSASignature(exactBuffer(rawSignature(by, tbs))) });

/** The same as 64 bytes r‖s. */
export const rawSignature = (
  { scheme = 'p256', privateKey }: Pick<X509Identity, 'scheme' | 'privateKey'>,
  message: Uint8Array,
): Uint8Array =>
  scheme === 'sm2' ? sm2Sign(privateKey, DEFAULT_SM2_ID, message) : ecdsaSign(privateKey, sha256(message));

export const signatureAlgorithmOf = ({ scheme = 'p256' }: Pick<X509Identity, 'scheme'>): AlgorithmIdentifier =>
  new AlgorithmIdentifier({ algorithmId: SIGNATURE[scheme] });

/** RFC 5280 4.1.2.2: positive and at most 20 octets. */
function newSerial(random: Random): Uint8Array {
  const serial = random.bytes(SERIAL_BYTES);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  return serial;
}

function nameOf(commonName: string): RelativeDistinguishedNames {
  const value = new asn1js.Utf8String({ value: commonName });
  return new RelativeDistinguishedNames({
    typesAndValues: [new AttributeTypeAndValue({ type: COMMON_NAME, value })],
  });
}

/** X.509 counts whole seconds. */
export function timeOf(millis: number): Time {
  const value = new Date(Math.floor(millis / 1000) * 1000);
  return new Time({ type: millis < GENERALIZED_FROM ? 0 : 1, value });
}

function publicKeyInfo(privateKey: Uint8Array, scheme: X509Scheme): PublicKeyInfo {
  const { x, y } =
    scheme === 'sm2'
      ? sm2Curve.point('publicKey', sm2PublicKey(privateKey)).toAffine()
      : p256Curve.point('publicKey', p256PublicKey(privateKey)).toAffine();
  const point = concat(Uint8Array.of(4), bytes32(x), bytes32(y));
  return new PublicKeyInfo({
    algorithm: new AlgorithmIdentifier({
      algorithmId: EC_PUBLIC_KEY,
      algorithmParams: new asn1js.ObjectIdentifier({ value: CURVE[scheme] }),
    }),
    subjectPublicKey: new asn1js.BitString({ valueHex: exactBuffer(point) }),
  });
}

function extensionsOf(subject: X509Subject): Extension[] {
  const { isCa, pathLength, keyUsage } = subject;
  const constraints = new BasicConstraints({
    cA: isCa,
    ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }),
  });
  const usage = new asn1js.BitString({ valueHex: exactBuffer(Uint8Array.of(keyUsage)), unusedBits: unused(keyUsage) });
  const critical = true;
  return [
    new Extension({ extnID: BASIC_CONSTRAINTS, critical, extnValue: constraints.toSchema().toBER() }),
    new Extension({ extnID: KEY_USAGE, critical, extnValue: usage.toBER() }),
    ...(subject.extraExtensions ?? []),
  ];
}

/** X.690 11.2.2: a named bit list ends with its last set bit. */
const unused = (octet: number): number => (octet === 0 ? 0 : 31 - Math.clz32(octet & -octet));
