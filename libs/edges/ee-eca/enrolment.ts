/**
 * Device and ECA: enrolment. The request is the standard's SignedCertificateRequest, signed by the key to be certified;
 * around it our own envelope carries the proof of birth, and all of it is encrypted to the ECA (docs/choices.md).
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { octets, octetString, utf8String } from '#coer/strings.js';
import { concat } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { Opaque, Uint8 } from '#wire/base-types.js';

/** POST, body and answer `application/octet-stream`: sealed EnrolmentRequest → sealed, signed EcaEeCertResponse. */
export const ENROLMENT_PATH = '/ydt/v1/enrollment-certificate';

/**
 * POST, body and answer `application/octet-stream`: the successor of an enrolment certificate. The body is a
 * SignedCertificateRequest in V2XSecData, sealed to the ECA and signed by the present certificate (IEEE 1609.2.1-2022,
 * EeRaSuccessorEnrollmentCertRequest); inside is the request of a first enrolment, signed by the new key. The answer is that of
 * a first enrolment, with the hash of the outer request.
 */
export const SUCCESSOR_PATH = '/ydt/v1/successor-enrollment-certificate';

/** By serial: HMAC-SM3 under the one-time secret of that serial. */
export const SerialProof = sequence('SerialProof', { serial: utf8String('serial', 64), mac: octets('mac', 32) });
/**
 * By X.509 device certificate: the DER chain, leaf first, and the leaf key's signature, 64 bytes r‖s: ECDSA (P-256, SHA-256), or
 * SM2 with SM3 under the default ID.
 */
export const X509Proof = sequence('X509Proof', { chain: sequenceOf(Opaque, 1, 4), signature: octets('signature', 64) });
/** By GBA: the bootstrapping transaction, and HMAC-SM3 under its Ks_NAF. */
export const GbaProof = sequence('GbaProof', { btid: utf8String('btid', 255), mac: octets('mac', 32) });
/** By OAuth: a JWS in compact form. */
export const TokenProof = sequence('TokenProof', { token: octetString('token', 0, 4096) });
export const BirthProof = choice(
  'BirthProof',
  { serial: SerialProof, x509: X509Proof },
  { gba: GbaProof, token: TokenProof },
);
export type BirthProof = Infer<typeof BirthProof>;

/** `request` is an encoded V2XSecData with the SignedCertificateRequest (EeEcaCertRequest, signer self). */
export const EnrolmentRequest = sequence('EnrolmentRequest', { version: Uint8, request: Opaque, proof: BirthProof });
export type EnrolmentRequest = Infer<typeof EnrolmentRequest>;

const LABEL = new TextEncoder().encode('chrysalis enrolment 1');

/** The Ua security protocol of our MAC in a NAF_Id: five octets, the first marks it as nobody's standard. */
const UA_PROTOCOL = Uint8Array.of(0xff, 0x00, 0x00, 0x00, 0x01);
/** NAF_Id of an AAA (3GPP TS 33.220): its host name and the protocol in which the key is used. */
export const nafIdOf = (hostname: string): Uint8Array => concat(new TextEncoder().encode(hostname), UA_PROTOCOL);

/** What a proof of birth is made over: the label and the SM3 of the request, 53 bytes. */
export const proofInput = (request: Uint8Array): Uint8Array => proofInputOfHash(sm3(request));
export const proofInputOfHash = (requestHash: Uint8Array): Uint8Array => concat(LABEL, requestHash);
