/**
 * EeRaSuccessorEnrollmentCertRequest: the request of a first enrolment, signed by the new key, inside a request that the
 * present certificate signs (YD/T 3957-2021 7.2; IEEE 1609.2.1-2022 6.3.5). Whether that certificate counts is asked later.
 */
import { encode } from '#coer/codec.js';
import { certificateHash, verificationKeyOf } from '#credentials/certificate-facts.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { asSignedRequest, isRequestSignedBy, onlyCertificate } from '#credentials/signed-data.js';
import { sm3 } from '#crypto/sm3.js';
import type { SignedCertificateRequest } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import { judgeRequest, type AskedEnrolment } from './judge-request.js';
import { refuse, type RequestRefusal } from './refusal.js';

export interface AskedRenewal extends AskedEnrolment {
  /** SM3 of the certificate that signed, 32 bytes. */
  readonly presentHash: Uint8Array;
}

/** What is asked, of encoded V2XSecData bytes; `requestHash` is the SM3 of all of them. Rules as in `judgeRequest`. */
export function judgeRenewal(
  bytes: Uint8Array,
  rules: Parameters<typeof judgeRequest>[1],
): AskedRenewal | Refused<RequestRefusal> {
  const signed = asSignedRequest(bytes);
  const inner = signed && requestInside(signed);
  const present = signed && onlyCertificate(signed.signer);
  if (signed === undefined || inner === undefined || present === undefined) return refuse('request-malformed');
  if (signed.tbsRequest.value.version !== rules.profile.scmsVersion) return refuse('request-version');
  const asked = judgeRequest(inner, rules);
  if (isRefused(asked)) return asked;
  const key = verificationKeyOf(present);
  if (key === undefined || !isRequestSignedBy(signed, present, key)) return refuse('request-signature');
  return { ...asked, requestHash: sm3(bytes), presentHash: certificateHash(present) };
}

/** Encoded: what is accepted has one spelling, so these are the bytes that came. */
function requestInside({ tbsRequest }: SignedCertificateRequest): Uint8Array | undefined {
  const { content } = tbsRequest.value;
  if (content.kind !== 'ee-ra' || content.value.kind !== 'eeRaSuccessorEnrollmentCertRequest') return undefined;
  return encode(V2XSecData, content.value.value);
}
