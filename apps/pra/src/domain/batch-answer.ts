/**
 * What the PCA answers to a batch: item by item, in order, sealed to the device (PR11). The PRA cannot open an answer and
 * does not verify its signature: the line has authenticated the PCA, and the device checks what is signed and sealed (PR12).
 */
import { encode, tryDecode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { constantTimeEqual } from '#crypto/equal.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asEncryptedData } from '#credentials/sealing.js';
import { unsecuredBytes } from '#credentials/signed-data.js';
import { AcaRaCertResponse } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import { shortHash } from './acknowledgement.js';
import type { AnswerRefusal } from './refusal.js';

/** For each item (by its 32-byte hash, in order) the encoded Signed(Encrypted) V2XSecData for the device. */
export function sealedAnswers(
  itemHashes: readonly Uint8Array[],
  responses: readonly Uint8Array[],
): Uint8Array[] | Refused<AnswerRefusal> {
  if (responses.length !== itemHashes.length) return refused('answer-count');
  const answers: Uint8Array[] = [];
  for (const [index, response] of responses.entries()) {
    const answer = sealedAnswer(itemHashes[index] as Uint8Array, response);
    if (isRefused(answer)) return answer;
    answers.push(answer);
  }
  return new Set(answers.map(hex)).size === answers.length ? answers : refused('answer-repeated');
}

function sealedAnswer(itemHash: Uint8Array, response: Uint8Array): Uint8Array | Refused<AnswerRefusal> {
  const decoded = tryDecode(AcaRaCertResponse, response);
  if (!decoded.ok) return refused('answer-malformed');
  const { requestHash, acaResponse } = decoded.value;
  if (!constantTimeEqual(requestHash, shortHash(itemHash))) return refused('answer-request');
  if (acaResponse.kind !== 'private' || acaResponse.value.content.kind !== 'signedData')
    return refused('answer-not-sealed');
  if (!isSealed(acaResponse.value.content.value.tbsData.value.payload.data)) return refused('answer-not-sealed');
  return encode(V2XSecData, acaResponse.value);
}

/** Encrypted data in the signed payload, nested as the standard has it or as bytes of unsecured data. */
function isSealed(payload: V2XSecData | undefined): boolean {
  if (payload?.content.kind === 'encryptedData') return true;
  const bytes = unsecuredBytes(payload);
  return bytes !== undefined && asEncryptedData(bytes) !== undefined;
}
