/**
 * What the ACA answers, sealed to the device. The ARA cannot open it and does not verify its signature: the line has
 * authenticated the ACA, and the device checks what is signed and sealed (PR12).
 */
import { encode, tryDecode } from '#coer/codec.js';
import { constantTimeEqual } from '#crypto/equal.js';
import { refused, type Refused } from '#credentials/refusal.js';
import { asEncryptedData } from '#credentials/sealing.js';
import { signedPayload } from '#credentials/signed-data.js';
import { applicationItemHash } from '#edges/aca-ara/issue-application.js';
import { AcaRaCertResponse } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import type { AnswerRefusal } from './refusal.js';

/** The encoded Signed(Encrypted) V2XSecData for the device, of the ACA's answer to this very item. */
export function sealedAnswer(item: Uint8Array, response: Uint8Array): Uint8Array | Refused<AnswerRefusal> {
  const decoded = tryDecode(AcaRaCertResponse, response);
  if (!decoded.ok) return refused('answer-malformed');
  const { requestHash, acaResponse } = decoded.value;
  if (!constantTimeEqual(requestHash, applicationItemHash(item).subarray(24))) return refused('answer-request');
  if (acaResponse.kind !== 'private' || acaResponse.value.content.kind !== 'signedData')
    return refused('answer-not-sealed');
  const payload = signedPayload(acaResponse.value.content.value);
  if (payload === undefined || asEncryptedData(payload) === undefined) return refused('answer-not-sealed');
  return encode(V2XSecData, acaResponse.value);
}
