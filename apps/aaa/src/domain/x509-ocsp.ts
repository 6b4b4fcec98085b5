/**
 * The status of one certificate, asked of its issuer's responder (RFC 6960; GB/T 19713). The answer is believed when the issuer
 * or a responder that it certified for this signed it, for this very question and not long ago; whatever else comes is no
 * answer, and without an answer nobody is let in.
 */
import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  BasicOCSPResponse,
  CertID,
  type Certificate,
  Extension,
  ExtKeyUsage,
  OCSPRequest,
  OCSPResponse,
  RelativeDistinguishedNames,
  Request,
  type ResponseData,
  type SingleResponse,
  TBSRequest,
} from 'pkijs';
import { sha256 } from '#crypto/p256.js';
import { sm3 } from '#crypto/sm3.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { refuse, type OcspRefusal } from './refusal.js';
import {
  hasExtension,
  isDeviceCertificate,
  isSignedBy,
  isValidAt,
  keyOfX509,
  namesIssuer,
  readStructure,
  x509Of,
  type X509,
} from './x509-certificate.js';
import { isStructureSigned, keyOf, schemeOf } from './x509-signature.js';

const SM3 = '1.2.156.10197.1.401';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const BASIC = '1.3.6.1.5.5.7.48.1.1';
const NONCE = '1.3.6.1.5.5.7.48.1.2';
const NO_CHECK = '1.3.6.1.5.5.7.48.1.5';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
/** RFC 9654 2.1: 32 bytes. */
export const NONCE_BYTES = 32;
const SUCCESSFUL = 0;
const [GOOD, REVOKED] = [0, 1];
/** What an answer to a fresh question may be off by. */
const SKEW_MILLIS = 5 * 60_000;
const LARGEST_ANSWER_BYTES = 16 * 1024;

/** What was asked: about a certificate under its issuer, with 32 fresh random bytes. */
export interface OcspQuestion {
  readonly subject: X509;
  readonly issuer: X509;
  readonly nonce: Uint8Array;
}

const exact = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** Names the certificate by SM3 for an issuer with an SM2 key, else by SHA-256: a responder that knows neither gives no answer. */
function certIdOf({ subject, issuer }: OcspQuestion): CertID {
  const isSm2 = keyOfX509(issuer)?.scheme === 'sm2';
  const hash = isSm2 ? sm3 : sha256;
  const { subject: name, subjectPublicKeyInfo } = issuer.certificate;
  const octets = (bytes: Uint8Array): asn1js.OctetString => new asn1js.OctetString({ valueHex: exact(hash(bytes)) });
  return new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithmId: isSm2 ? SM3 : SHA256, algorithmParams: new asn1js.Null() }),
    issuerNameHash: octets(new Uint8Array(name.toSchema().toBER())),
    issuerKeyHash: octets(subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView),
    serialNumber: subject.certificate.serialNumber,
  });
}

/** An OCSPRequest for one certificate, DER. */
export function ocspRequest(question: OcspQuestion): Uint8Array {
  const nonce = new asn1js.OctetString({ valueHex: exact(question.nonce) });
  const tbsRequest = new TBSRequest({
    requestList: [new Request({ reqCert: certIdOf(question) })],
    requestExtensions: [new Extension({ extnID: NONCE, extnValue: nonce.toBER() })],
  });
  return new Uint8Array(new OCSPRequest({ tbsRequest }).toSchema(true).toBER());
}

/** The status in a responder's answer (DER) to this question. */
export function judgeOcspAnswer(
  der: Uint8Array,
  question: OcspQuestion,
  nowMillis: number,
): 'good' | 'revoked' | Refused<OcspRefusal> {
  const basic = der.length > LARGEST_ANSWER_BYTES ? refuse('ocsp-malformed') : basicIn(der);
  if (isRefused(basic)) return basic;
  const signer = signerOf(basic, question.issuer, nowMillis);
  if (signer === undefined) return refuse('ocsp-signer');
  const { tbsResponseData: data, signatureAlgorithm, signature } = basic;
  const key = keyOf(signer.subjectPublicKeyInfo);
  const signed = { scheme: schemeOf(signatureAlgorithm), tbs: data.tbsView, signature };
  if (key === undefined || !isStructureSigned(key, signed)) return refuse('ocsp-signature');
  if (!isNonce(data, question.nonce)) return refuse('ocsp-nonce');
  const [only, ...more] = data.responses;
  if (only === undefined || more.length > 0 || !only.certID.isEqual(certIdOf(question)))
    return refuse('ocsp-other-certificate');
  if (!isCurrent(data, only, nowMillis)) return refuse('ocsp-not-current');
  return statusIn(only);
}

function basicIn(der: Uint8Array): BasicOCSPResponse | Refused<'ocsp-malformed' | 'ocsp-unsuccessful'> {
  const response = readStructure(der, (schema) => new OCSPResponse({ schema }));
  if (response === undefined) return refuse('ocsp-malformed');
  if (response.responseStatus.valueBlock.valueDec !== SUCCESSFUL) return refuse('ocsp-unsuccessful');
  const { responseBytes } = response;
  if (responseBytes?.responseType !== BASIC) return refuse('ocsp-malformed');
  const bytes = responseBytes.response.valueBlock.valueHexView;
  return readStructure(bytes, (schema) => new BasicOCSPResponse({ schema })) ?? refuse('ocsp-malformed');
}

/**
 * Who signed: the issuer itself, or the one certificate in the answer that the issuer signed, valid now, for nothing but
 * answering (RFC 6960 4.2.2.2). It must say that its own status need not be asked: there is nobody else to ask.
 */
function signerOf(
  { tbsResponseData: { responderID }, certs = [] }: BasicOCSPResponse,
  issuer: X509,
  nowMillis: number,
): Certificate | undefined {
  if (isNamed(responderID, issuer.certificate)) return issuer.certificate;
  const [only] = certs;
  const delegate = only && x509Of(only);
  if (delegate === undefined || certs.length > 1 || !isNamed(responderID, delegate.certificate)) return undefined;
  const mayAnswer = isDeviceCertificate(delegate) && isForOcsp(delegate) && hasExtension(delegate, NO_CHECK);
  const isIssued = namesIssuer(delegate, issuer) && isSignedBy(delegate.certificate, issuer);
  return mayAnswer && isIssued && isValidAt(delegate, nowMillis) ? delegate.certificate : undefined;
}

/** By name, or by the SHA-1 of its key, which is all that RFC 6960 has for it: it finds the key and proves nothing. */
function isNamed(responderId: unknown, { subject, subjectPublicKeyInfo }: Certificate): boolean {
  if (responderId instanceof RelativeDistinguishedNames) return responderId.isEqual(subject);
  if (!(responderId instanceof asn1js.OctetString)) return false;
  const key = subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  return Buffer.compare(createHash('sha1').update(key).digest(), responderId.valueBlock.valueHexView) === 0;
}

function isForOcsp({ certificate }: X509): boolean {
  const usage: unknown = certificate.extensions?.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE)?.parsedValue;
  return usage instanceof ExtKeyUsage && usage.keyPurposes.includes(OCSP_SIGNING);
}

function isNonce({ responseExtensions = [] }: ResponseData, nonce: Uint8Array): boolean {
  const [only, ...more] = responseExtensions.filter(({ extnID }) => extnID === NONCE);
  const inner = only && readStructure(only.extnValue.valueBlock.valueHexView, (schema) => schema);
  const isOne = inner instanceof asn1js.OctetString && more.length === 0;
  return isOne && Buffer.compare(inner.valueBlock.valueHexView, nonce) === 0;
}

/** Made for this question, so just now; and what it says holds now. */
function isCurrent(
  { producedAt }: ResponseData,
  { thisUpdate, nextUpdate }: SingleResponse,
  nowMillis: number,
): boolean {
  const isFresh = Math.abs(producedAt.getTime() - nowMillis) <= SKEW_MILLIS;
  const hasBegun = thisUpdate.getTime() <= nowMillis + SKEW_MILLIS;
  return isFresh && hasBegun && nextUpdate !== undefined && nowMillis < nextUpdate.getTime();
}

/** `unknown` is no status: a responder says it of a certificate that it never heard of. */
function statusIn({ certStatus }: SingleResponse): 'good' | 'revoked' | Refused<'ocsp-unknown'> {
  const tag: unknown = certStatus instanceof asn1js.BaseBlock ? certStatus.idBlock.tagNumber : undefined;
  if (tag === GOOD) return 'good';
  return tag === REVOKED ? 'revoked' : refuse('ocsp-unknown');
}
