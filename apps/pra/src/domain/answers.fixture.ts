/** Answers of an LA and of a PCA for the specs: the frames are real, what is sealed in them is not looked at. */
import { decode, encode, type Infer } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey } from '#crypto/sm2.js';
import { ccsa } from '#credentials/profile.js';
import { asEncryptedData, sealShared, sealToKey } from '#credentials/sealing.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { signData } from '#credentials/signed-data.js';
import { KeptLinkageValues } from '#edges/la-pra/linkage-values.js';
import { itemHash } from '#edges/pca-pra/issue-batch.js';
import {
  AcaRaCertResponse,
  LaPraLinkageValueResponse,
  RaAcaCertRequest,
  type PraLaLinkageValueRequest,
} from '#wire/scms-pdu.js';
import { V2XSecData, type EncryptedData } from '#wire/secured-data.js';
import { EncryptedIndividualLV } from '#wire/scms-pdu.js';
import { time32FromMillis } from '#wire/time.js';
import { batchItem, type BatchFrame } from './batch-item.js';
import { laIdBytes } from './linkage-answer.js';

const context = { profile: ccsa, random: systemRandom };
const somebody = sm2PublicKey(newSm2PrivateKey(systemRandom));

function handle(): EncryptedData {
  const data = asEncryptedData(sealToKey(systemRandom.bytes(16), somebody, context));
  if (data === undefined) throw new Error('what was sealed is not sealed');
  return data;
}

/** So many chains, one unless told otherwise; every value is other bytes, as an LA's are. */
export function laAnswer(asked: {
  iMin: number;
  iMax: number;
  jMax: number;
  laId: number;
  chains?: number;
}): LaPraLinkageValueResponse {
  const { iMin, iMax, jMax, laId, chains = 1 } = asked;
  const key = systemRandom.bytes(16);
  const value = () => ({
    version: 1,
    laId: laIdBytes(laId),
    'enc-lv': sealShared(systemRandom.bytes(21), key, systemRandom),
  });
  const chain = () => ({
    jMax,
    values: Array.from({ length: iMax - iMin + 1 }, () => Array.from({ length: jMax }, value)),
    linkageChainId: handle(),
  });
  return { iMin, iMax, individualLVs: Array.from({ length: chains }, chain), groupLVs: [] };
}

/** The answer as a caller reads it who opens none of it. */
export const unopened = (answer: LaPraLinkageValueResponse): KeptLinkageValues =>
  decode(KeptLinkageValues, encode(LaPraLinkageValueResponse, answer));

export function laAnswerTo(request: Infer<typeof PraLaLinkageValueRequest>, laId: number): LaPraLinkageValueResponse {
  if (request.kind !== 'individualLVRequest') throw new Error('not asked in the specs');
  const { header, jMax, numberOfFreshInd = 0, continuationsInd = [] } = request.value;
  const chains = numberOfFreshInd + continuationsInd.length;
  return laAnswer({ iMin: header.iMin, iMax: header.iMax, jMax, laId, chains });
}

/** Encoded AcaRaCertResponse with Signed(Encrypted(…)) of fixed size; `text` stands for the certificate. */
export async function pcaAnswer(item: Uint8Array, pca: Signer, text: Uint8Array): Promise<Uint8Array> {
  const { generationTime } = decode(RaAcaCertRequest, item);
  const sealed = decode(V2XSecData, sealToKey(text, somebody, context));
  const signed = decode(V2XSecData, await signData(encode(V2XSecData, sealed), { psid: 3627 }, pca));
  const content = signed.content;
  if (content.kind !== 'signedData') throw new Error('what was signed is not signed');
  return encode(AcaRaCertResponse, {
    version: 1,
    generationTime,
    requestHash: itemHash(item).subarray(24),
    acaResponse: { kind: 'private', value: signed },
  });
}

type Pooled = Parameters<typeof batchItem>[0];

/** What an item is made of, with keys and values of nobody; so many bytes are sealed in each. */
export function pooledItem(sealedBytes = 21): Pooled {
  const value = (laId: number): Uint8Array =>
    encode(EncryptedIndividualLV, {
      version: 1,
      laId: laIdBytes(laId),
      'enc-lv': sealShared(systemRandom.bytes(sealedBytes), systemRandom.bytes(16), systemRandom),
    });
  const publicKey = (): Uint8Array => sm2PublicKey(newSm2PrivateKey(systemRandom));
  return { signingKey: publicKey(), encryptionKey: publicKey(), plv1: value(1), plv2: value(2) };
}

export const TEST_PERIOD = 358;

export const TEST_FRAME: BatchFrame = {
  profile: ccsa,
  generationTime: time32FromMillis(Date.UTC(2026, 10, 18, 8)),
  i: TEST_PERIOD,
  fields: { appPermissions: [{ psid: 111 }, { psid: 3629 }], region: undefined },
};

/** An encoded item of one period and one moment. */
export const testItem = (pooled: Pooled): Uint8Array => batchItem(pooled, TEST_FRAME);
