/**
 * What the PCA answers to a batch: item by item, in order, sealed to the device (PR11). The PRA cannot open an answer and
 * does not verify its signature: the line has authenticated the PCA, and the device checks what is signed and sealed (PR12).
 */
import { tryDecode } from '#coer/codec.js';
import { choice } from '#coer/choice.js';
import { withBytes } from '#coer/preserved.js';
import { sequence } from '#coer/sequence.js';
import { constantTimeEqual } from '#crypto/equal.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asEncryptedData } from '#credentials/sealing.js';
import { unsecuredBytes } from '#credentials/signed-data.js';
import { itemHash } from '#edges/pca-pra/issue-batch.js';
import { HashedId8, Time32, Uint8 } from '#wire/base-types.js';
import { V2XSecData } from '#wire/secured-data.js';
import { shortHash } from './acknowledgement.js';
import type { AnswerRefusal } from './refusal.js';

/** AcaRaCertResponse whose sealed part keeps the bytes it came in: it is passed on as it is. */
const KeptAnswer = sequence(
  'AcaRaCertResponse',
  {
    version: Uint8,
    generationTime: Time32,
    requestHash: HashedId8,
    acaResponse: choice('AcaResponse', { plain: V2XSecData, private: withBytes(V2XSecData), cubk: V2XSecData }, {}),
  },
  {},
);

export interface Answered {
  /** SM3 of the item, 32 bytes: the handle by which a certificate can be traced. */
  readonly itemHash: Uint8Array;
  /** Encoded Signed(Encrypted) V2XSecData for the device. */
  readonly answer: Uint8Array;
}

/** One answer for each item, in their order. */
export function sealedAnswers(
  items: readonly Uint8Array[],
  responses: readonly Uint8Array[],
): Answered[] | Refused<AnswerRefusal> {
  if (responses.length !== items.length) return refused('answer-count');
  const answers: Answered[] = [];
  for (const [index, response] of responses.entries()) {
    const hash = itemHash(items[index] as Uint8Array);
    const answer = sealedAnswer(hash, response);
    if (isRefused(answer)) return answer;
    answers.push({ itemHash: hash, answer });
  }
  return areDistinct(answers) ? answers : refused('answer-repeated');
}

const areDistinct = (answers: readonly Answered[]): boolean =>
  new Set(answers.map(({ answer }) => Buffer.from(answer.buffer, answer.byteOffset, answer.length).toString('latin1')))
    .size === answers.length;

function sealedAnswer(hash: Uint8Array, response: Uint8Array): Uint8Array | Refused<AnswerRefusal> {
  const decoded = tryDecode(KeptAnswer, response);
  if (!decoded.ok) return refused('answer-malformed');
  const { requestHash, acaResponse } = decoded.value;
  if (!constantTimeEqual(requestHash, shortHash(hash))) return refused('answer-request');
  if (acaResponse.kind !== 'private') return refused('answer-not-sealed');
  const { content } = acaResponse.value.value;
  if (content.kind !== 'signedData' || !isSealed(content.value.tbsData.value.payload.data))
    return refused('answer-not-sealed');
  return acaResponse.value.bytes;
}

/** Encrypted data in the signed payload, nested as the standard has it or as bytes of unsecured data. */
function isSealed(payload: V2XSecData | undefined): boolean {
  if (payload?.content.kind === 'encryptedData') return true;
  const bytes = unsecuredBytes(payload);
  return bytes !== undefined && asEncryptedData(bytes) !== undefined;
}
