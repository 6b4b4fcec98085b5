/**
 * What an LA answers to one request for one fresh chain. The values are sealed for the PCA and stay so here; only their
 * frame can be judged: whose they are, that none is missing, none there twice (LK1, LK4).
 */
import { encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { refused, type Refused } from '#credentials/refusal.js';
import { EncryptedIndividualLV, LinkageChainId, type LaPraLinkageValueResponse } from '#wire/scms-pdu.js';
import type { AnswerRefusal } from './refusal.js';

export interface ChainAsked {
  readonly iMin: number;
  readonly iMax: number;
  readonly jMax: number;
  /** The identifier in the LA's own certificate. */
  readonly laId: number;
}

/** One LA's part, as opaque bytes: the chain's handle, and values[i − iMin][j]. */
export interface SealedChain {
  readonly laId: number;
  readonly linkageChainId: Uint8Array;
  readonly values: readonly (readonly Uint8Array[])[];
}

export function sealedChain(
  answer: LaPraLinkageValueResponse,
  asked: ChainAsked,
): SealedChain | Refused<AnswerRefusal> {
  if (answer.iMin !== asked.iMin || answer.iMax !== asked.iMax) return refused('answer-periods');
  const [chain, ...others] = answer.individualLVs;
  if (chain === undefined || others.length > 0 || answer.groupLVs.length > 0) return refused('answer-chains');
  const isComplete =
    chain.jMax === asked.jMax &&
    chain.values.length === asked.iMax - asked.iMin + 1 &&
    chain.values.every((ofPeriod) => ofPeriod.length === asked.jMax);
  if (!isComplete) return refused('answer-shape');
  const all = chain.values.flat();
  if (!all.every(({ laId }) => laIdNumber(laId) === asked.laId)) return refused('answer-la');
  const values = chain.values.map((ofPeriod) => ofPeriod.map((value) => encode(EncryptedIndividualLV, value)));
  if (new Set(values.flat().map(hex)).size !== all.length) return refused('answer-repeated');
  return { laId: asked.laId, linkageChainId: encode(LinkageChainId, chain.linkageChainId), values };
}

/** Two bytes, big-endian. */
const laIdNumber = (laId: Uint8Array): number => ((laId[0] as number) << 8) | (laId[1] as number);
export const laIdBytes = (laId: number): Uint8Array => Uint8Array.of(laId >> 8, laId & 255);
