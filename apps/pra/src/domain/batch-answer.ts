/**
 * What the PCA answers to a batch: item by item, in order, sealed to the device (PR11). The PRA cannot open an answer and
 * does not verify its signature: the line has authenticated the PCA, and the device checks what is signed and sealed (PR12).
 */
import { decode, tryDecode } from '#coer/codec.js';
import { choice } from '#coer/choice.js';
import { withBytes } from '#coer/preserved.js';
import { sequence } from '#coer/sequence.js';
import { constantTimeEqual } from '#crypto/equal.js';
import { alikeOutside, placeOf, placeOfPoint, pointAt, type Place } from '#credentials/alike.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asEncryptedData } from '#credentials/sealing.js';
import { unsecuredBytes } from '#credentials/signed-data.js';
import { itemHash } from '#edges/pca-pra/issue-batch.js';
import { HashedId8, Time32, Uint8 } from '#wire/base-types.js';
import { V2XSecData, type EncryptedData } from '#wire/secured-data.js';
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
  const read = answerReader();
  for (const [index, response] of responses.entries()) {
    const hash = itemHash(items[index] as Uint8Array);
    const answer = read(hash, response);
    if (isRefused(answer)) return answer;
    answers.push({ itemHash: hash, answer });
  }
  return areDistinct(answers) ? answers : refused('answer-repeated');
}

const areDistinct = (answers: readonly Answered[]): boolean =>
  new Set(answers.map(({ answer }) => Buffer.from(answer.buffer, answer.byteOffset, answer.length).toString('latin1')))
    .size === answers.length;

/** Where answers of one PCA differ, and one that was read in full. */
interface AnswerForm {
  readonly bytes: Uint8Array;
  readonly isAlike: (one: Uint8Array, other: Uint8Array) => boolean;
  readonly requestHash: Place;
  /** C1 of the wrapped key: the one place that does not take any bytes. */
  readonly v: Place;
  readonly answer: Place;
}

const part = (bytes: Uint8Array, { at, length }: Place): Uint8Array => bytes.subarray(at, at + length);

/** Reads answers as `sealedAnswer` does, but one that is alike to the last that was read in full only where it differs. */
function answerReader(): (hash: Uint8Array, response: Uint8Array) => Uint8Array | Refused<AnswerRefusal> {
  let form: AnswerForm | undefined;
  return (hash, response) => {
    if (form?.isAlike(response, form.bytes) && pointAt(response, form.v) !== undefined) {
      const isAsked = constantTimeEqual(part(response, form.requestHash), shortHash(hash));
      return isAsked ? part(response, form.answer) : refused('answer-request');
    }
    const answer = sealedAnswer(hash, response);
    if (!isRefused(answer)) form = formOf(response);
    return answer;
  };
}

function sealedAnswer(hash: Uint8Array, response: Uint8Array): Uint8Array | Refused<AnswerRefusal> {
  const decoded = tryDecode(KeptAnswer, response);
  if (!decoded.ok) return refused('answer-malformed');
  const { requestHash, acaResponse } = decoded.value;
  if (!constantTimeEqual(requestHash, shortHash(hash))) return refused('answer-request');
  if (acaResponse.kind !== 'private') return refused('answer-not-sealed');
  const { content } = acaResponse.value.value;
  if (content.kind !== 'signedData' || encryptedIn(content.value.tbsData.value.payload.data) === undefined)
    return refused('answer-not-sealed');
  return acaResponse.value.bytes;
}

/** undefined for an answer that is not of the usual form: then each is read in full. */
function formOf(response: Uint8Array): AnswerForm | undefined {
  const { requestHash, acaResponse } = decode(KeptAnswer, response);
  const signed = acaResponse.kind === 'private' ? acaResponse.value.value.content : undefined;
  if (acaResponse.kind !== 'private' || signed?.kind !== 'signedData') return undefined;
  const { signature, tbsData } = signed.value;
  const sealed = encryptedIn(tbsData.value.payload.data);
  const [recipient] = sealed?.recipients ?? [];
  if (signature.kind !== 'sm2Signature' || recipient?.kind !== 'rekRecipInfo') return undefined;
  const { recipientId, encKey } = recipient.value;
  if (encKey.kind !== 'ecencSm2' || sealed?.ciphertext.kind !== 'sm4Ccm') return undefined;
  const { v: point, cAndT } = encKey.value;
  if (point.kind !== 'compressed-y-0' && point.kind !== 'compressed-y-1') return undefined;
  const { nonce, ccmCiphertext } = sealed.ciphertext.value;
  const { rSig, sSig } = signature.value;
  const v = placeOfPoint(response, point.value);
  const free = [requestHash, recipientId, cAndT, nonce, ccmCiphertext, rSig, sSig].map((one) => placeOf(response, one));
  return {
    bytes: response,
    isAlike: alikeOutside([v, ...free]),
    requestHash: placeOf(response, requestHash),
    v,
    answer: placeOf(response, acaResponse.value.bytes),
  };
}

/** Encrypted data in the signed payload, nested as the standard has it or as bytes of unsecured data. */
function encryptedIn(payload: V2XSecData | undefined): EncryptedData | undefined {
  if (payload?.content.kind === 'encryptedData') return payload.content.value;
  const bytes = unsecuredBytes(payload);
  return bytes && asEncryptedData(bytes);
}
