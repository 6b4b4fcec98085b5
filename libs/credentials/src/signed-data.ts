/** Signed messages between devices and authorities: SignedData and SignedCertificateRequest (YD/T 3957-2021 annexes C, D.2). */
import { decode, encode, tryDecode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { isSm2PublicKey, sm2Verify } from '#crypto/sm2.js';
import { ScmsPdu, SignedCertificateRequest } from '#wire/scms-pdu.js';
import {
  ToBeSignedData,
  V2XSecData,
  type Certificate,
  type HeaderInfo,
  type SignedData,
  type SignerIdentifier,
} from '#wire/secured-data.js';
import { hashedId8, verificationKeyOf } from './certificate-facts.js';
import { sm2SignatureBytes, sm2SignatureValue } from './keys-on-the-wire.js';
import { signerId, type Sign, type Signer } from './sm2-binding.js';
import type { VerifySignature } from './verify-certificate.js';

export const PROTOCOL_VERSION = 3;

/** Wraps bytes as unsecured data: `03 80 len bytes`. */
export const unsecured = (bytes: Uint8Array): V2XSecData => ({
  protocolVersion: PROTOCOL_VERSION,
  content: { kind: 'unsecuredData', value: bytes },
});

/** The bytes of unsecured data, or `undefined` for any other content or version. */
export function unsecuredBytes(data: V2XSecData | undefined): Uint8Array | undefined {
  if (data?.protocolVersion !== PROTOCOL_VERSION || data.content.kind !== 'unsecuredData') return undefined;
  return data.content.value;
}

/** Signs `payload` (any bytes); the signer is named by its certificate or by digest. Result: an encoded V2XSecData. */
export async function signData(
  payload: Uint8Array,
  header: HeaderInfo,
  by: Signer,
  named: 'certificate' | 'digest' = 'certificate',
): Promise<Uint8Array> {
  const tbsData = preserve(ToBeSignedData, { payload: { data: unsecured(payload) }, headerInfo: header });
  const signature = sm2SignatureValue(await by.sign(signerId(by.certificate), tbsData.bytes));
  const signer: SignerIdentifier =
    named === 'certificate'
      ? { kind: 'certificate', value: [by.certificate] }
      : { kind: 'digest', value: hashedId8(by.certificate) };
  const content = { kind: 'signedData', value: { hashId: 'sm3', tbsData, signer, signature } } as const;
  return encode(V2XSecData, { protocolVersion: PROTOCOL_VERSION, content });
}

/** The SignedData in encoded bytes from outside; `undefined` when it is anything else. */
export function asSignedData(bytes: Uint8Array): SignedData | undefined {
  const decoded = tryDecode(V2XSecData, bytes);
  if (!decoded.ok || decoded.value.protocolVersion !== PROTOCOL_VERSION) return undefined;
  return decoded.value.content.kind === 'signedData' ? decoded.value.content.value : undefined;
}

/** The one certificate a signer is named by; `undefined` for digest, self, none or several. */
export function onlyCertificate(signer: SignerIdentifier): Certificate | undefined {
  return signer.kind === 'certificate' && signer.value.length === 1 ? signer.value[0] : undefined;
}

export function signedPayload(signed: SignedData): Uint8Array | undefined {
  const { data, omitted } = signed.tbsData.value.payload;
  // Marked as omitted, a payload is hashed by a rule of its own (IEEE 1609.2-2022 6.3.7) that nobody uses here.
  return omitted === undefined ? unsecuredBytes(data) : undefined;
}

/** Whether `certificate`'s key made the signature over the bytes received. hashId must be the one of the key (SM3). */
export function isSignedWith(
  signed: SignedData,
  certificate: Certificate,
  verify: VerifySignature = sm2Verify,
): boolean {
  const key = verificationKeyOf(certificate);
  const signature = sm2SignatureBytes(signed.signature);
  if (signed.hashId !== 'sm3' || key === undefined || signature === undefined || !isSm2PublicKey(key)) return false;
  return verify(key, signerId(certificate), signed.tbsData.bytes, signature);
}

/** A SignedCertificateRequest in a V2XSecData; `self` for enrolment, else the enrolment certificate. */
export async function signRequest(
  pdu: ScmsPdu,
  by: { certificate: Certificate | 'self'; sign: Sign },
): Promise<Uint8Array> {
  const tbsRequest = preserve(ScmsPdu, pdu);
  const signature = sm2SignatureValue(await by.sign(signerId(by.certificate), tbsRequest.bytes));
  const signer: SignerIdentifier =
    by.certificate === 'self' ? { kind: 'self', value: null } : { kind: 'certificate', value: [by.certificate] };
  const request = encode(SignedCertificateRequest, { hashAlgorithmId: 'sm3', tbsRequest, signer, signature });
  return encode(V2XSecData, {
    protocolVersion: PROTOCOL_VERSION,
    content: { kind: 'signedCertificateRequest', value: request },
  });
}

export function asSignedRequest(bytes: Uint8Array): SignedCertificateRequest | undefined {
  const outer = tryDecode(V2XSecData, bytes);
  if (
    !outer.ok ||
    outer.value.protocolVersion !== PROTOCOL_VERSION ||
    outer.value.content.kind !== 'signedCertificateRequest'
  )
    return undefined;
  const request = tryDecode(SignedCertificateRequest, outer.value.content.value);
  return request.ok ? request.value : undefined;
}

/** Whether the request was signed by `publicKey`: the requested key itself (`self`) or the certificate's key. */
export function isRequestSignedBy(
  request: SignedCertificateRequest,
  signer: Certificate | 'self',
  publicKey: Uint8Array,
  verify: VerifySignature = sm2Verify,
): boolean {
  const signature = sm2SignatureBytes(request.signature);
  if (request.hashAlgorithmId !== 'sm3' || signature === undefined || !isSm2PublicKey(publicKey)) return false;
  return verify(publicKey, signerId(signer), request.tbsRequest.bytes, signature);
}

export const decodeSecured = (bytes: Uint8Array): V2XSecData => decode(V2XSecData, bytes);
