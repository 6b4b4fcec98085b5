/** What a PRA may ask an LA for: individual values of fresh or continued chains, within bounds. Pure. */
import type { Infer } from '#coer/codec.js';
import type { EncryptedData } from '#wire/secured-data.js';
import type { PraLaLinkageValueRequest } from '#wire/scms-pdu.js';
import { refuse, type LaRefused } from './refusal.js';

/** Five years of weeks from now on: the longest a chain reaches ahead. */
export const MOST_PERIODS = 260;
/** Values of one chain and period. */
export const MOST_INDICES = 64;
/** Values of one answer, some 5 MB: an answer fits into one message and a few seconds. */
export const MOST_VALUES = 65_536;

export interface LinkageOrder {
  readonly iMin: number;
  readonly iMax: number;
  readonly jMax: number;
  readonly freshChains: number;
  readonly continued: readonly EncryptedData[];
}

export interface LinkageRules {
  /** Host names of the PRA that called and of the PCA that this LA has a line to. */
  readonly praHostname: string;
  readonly pcaHostname: string;
  readonly currentI: number;
}

/**
 * The order in a request, or why it is refused. A group of values is one device class's secret and not offered.
 * YD/T 3957-2021, PraLaLinkageValueRequest: j counts 0 … jMax−1 (wire facts, clause 9).
 */
export function judgeLinkageRequest(
  request: Infer<typeof PraLaLinkageValueRequest>,
  rules: LinkageRules,
): LinkageOrder | LaRefused {
  if (request.kind !== 'individualLVRequest') return refuse('not-supported');
  const { header, jMax, numberOfFreshInd: freshChains = 0, continuationsInd: continued = [] } = request.value;
  if (header.praId !== rules.praHostname) return refuse('wrong-pra');
  if (header.pcaId !== rules.pcaHostname) return refuse('pca-unknown');
  const { iMin, iMax } = header;
  if (iMin > iMax) return refuse('period-order');
  if (iMin < rules.currentI) return refuse('period-past');
  if (iMax >= rules.currentI + MOST_PERIODS) return refuse('period-too-far');
  if (jMax < 1 || jMax > MOST_INDICES) return refuse('index-count');
  const chains = freshChains + continued.length;
  if (chains < 1) return refuse('chain-count');
  if (chains * (iMax - iMin + 1) * jMax > MOST_VALUES) return refuse('too-many-values');
  return { iMin, iMax, jMax, freshChains, continued };
}
