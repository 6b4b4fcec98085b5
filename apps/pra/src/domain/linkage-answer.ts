/**
 * What an LA answers to one request for the chains of a group. The values are sealed for the PCA and stay so here; only
 * their frame can be judged: whose they are, that none is missing, none there twice (LK1, LK4).
 */
import { refused, type Refused } from '#credentials/refusal.js';
import type { KeptLinkageValues } from '#edges/la-pra/linkage-values.js';
import type { AnswerRefusal } from './refusal.js';

export interface ChainsAsked {
  readonly iMin: number;
  readonly iMax: number;
  readonly jMax: number;
  /** How many: fresh ones, or those that were to go on. */
  readonly chains: number;
  /** The identifier in the LA's own certificate. */
  readonly laId: number;
}

/** One LA's part for one request, as opaque bytes: the chain's handle, and values[i − iMin][j]. */
export interface SealedChain {
  readonly laId: number;
  readonly linkageChainId: Uint8Array;
  readonly values: readonly (readonly Uint8Array[])[];
}

type KeptChain = KeptLinkageValues['individualLVs'][number];

/** The chains in the order of the answer, which is that of the asking. All bytes are views of the answer. */
export function sealedChains(answer: KeptLinkageValues, asked: ChainsAsked): SealedChain[] | Refused<AnswerRefusal> {
  if (answer.iMin !== asked.iMin || answer.iMax !== asked.iMax) return refused('answer-periods');
  const chains = answer.individualLVs;
  if (chains.length !== asked.chains || answer.groupLVs.length > 0) return refused('answer-chains');
  if (!chains.every((chain) => isComplete(chain, asked))) return refused('answer-shape');
  const all = chains.flatMap(({ values }) => values.flat());
  if (!all.every(({ value: { laId } }) => laIdNumber(laId) === asked.laId)) return refused('answer-la');
  if (!areDistinct(all) || !areDistinct(chains.map(({ linkageChainId }) => linkageChainId)))
    return refused('answer-repeated');
  return chains.map(({ linkageChainId, values }) => ({
    laId: asked.laId,
    linkageChainId: linkageChainId.bytes,
    values: values.map((ofPeriod) => ofPeriod.map(({ bytes }) => bytes)),
  }));
}

function isComplete({ jMax, values }: KeptChain, asked: ChainsAsked): boolean {
  if (jMax !== asked.jMax || values.length !== asked.iMax - asked.iMin + 1) return false;
  return values.every((ofPeriod) => ofPeriod.length === asked.jMax);
}

/** The encoding is canonical: equal bytes are equal values, and no others are. */
function areDistinct(all: readonly { bytes: Uint8Array }[]): boolean {
  const spelled = all.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
  return new Set(spelled).size === all.length;
}

/** Two bytes, big-endian. */
const laIdNumber = (laId: Uint8Array): number => ((laId[0] as number) << 8) | (laId[1] as number);
export const laIdBytes = (laId: number): Uint8Array => Uint8Array.of(laId >> 8, laId & 255);
