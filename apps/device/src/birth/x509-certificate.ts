/**
 * Makes X.509 certificates with P-256 keys (RFC 5280, RFC 5480; ECDSA with SHA-256), as the manufacturer of a device does.
 * pkijs writes the structures; keys and signatures are our own arithmetic, so that the verifier (WebCrypto) is another.
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

const COMMON_NAME = '2.5.4.3';
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const P256 = '1.2.840.10045.3.1.7';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
/** Bits of KeyUsage as the first octet carries them. */
export const KEY_USAGE_BITS = { digitalSignature: 0x80, keyCertSign: 0x04, cRLSign: 0x02 } as const;
const SERIAL_BYTES = 16;
/** RFC 5280 4.1.2.5: dates from 2050 on are GeneralizedTime. */
const GENERALIZED_FROM = Date.UTC(2050, 0, 1);
const VERSION_3 = 2;

export interface X509Identity {
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
  readonly extraExtensions?: readonly Extension[];
}

export const exactBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** A certificate and its key, under `issuer` or signed by itself. */
export function makeX509(subject: X509Subject, issuer: X509Identity | 'self', random: Random): X509Identity {
  const privateKey = subject.privateKey ?? newP256PrivateKey(random);
  const certificate = new Certificate();
  certificate.version = VERSION_3;
  certificate.serialNumber = new asn1js.Integer({ valueHex: exactBuffer(newSerial(random)) });
  certificate.subject = nameOf(subject.commonName);
  certificate.issuer = issuer === 'self' ? nameOf(subject.commonName) : parseX509(issuer.certificate).subject;
  certificate.notBefore = timeOf(subject.notBeforeMillis);
  certificate.notAfter = timeOf(subject.notAfterMillis);
  certificate.subjectPublicKeyInfo = publicKeyInfo(privateKey);
  certificate.extensions = extensionsOf(subject);
  signX509(certificate, issuer === 'self' ? privateKey : issuer.privateKey);
  return { certificate: new Uint8Array(certificate.toSchema(true).toBER()), privateKey };
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

/** ECDSA with SHA-256 over the to-be-signed part as it now is. */
export function signX509(signable: Signable, privateKey: Uint8Array): void {
  signable.signature = new AlgorithmIdentifier({ algorithmId: ECDSA_WITH_SHA256 });
  signable.signatureAlgorithm = new AlgorithmIdentifier({ algorithmId: ECDSA_WITH_SHA256 });
  signable.tbsView = new Uint8Array(signable.encodeTBS().toBER());
  const signature = ecdsaSign(privateKey, sha256(signable.tbsView));
  signable.signatureValue = new asn1js.BitString({ valueHex: createCMSECDSASignature(exactBuffer(signature)) });
}

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

function publicKeyInfo(privateKey: Uint8Array): PublicKeyInfo {
  const { x, y } = p256Curve.point('publicKey', p256PublicKey(privateKey)).toAffine();
  const point = concat(Uint8Array.of(4), bytes32(x), bytes32(y));
  return new PublicKeyInfo({
    algorithm: new AlgorithmIdentifier({
      algorithmId: EC_PUBLIC_KEY,
      algorithmParams: new asn1js.ObjectIdentifier({ value: P256 }),
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
