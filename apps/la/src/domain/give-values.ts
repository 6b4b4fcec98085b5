/** Answers a PRA's request: claims chains and periods first, then gives their values, sealed for the PCA. */
import type { Infer } from '#coer/codec.js';
import { advanceLinkageSeed } from '#crypto/linkage.js';
import { smSuite } from '#crypto/suite.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import type { LineIdentity } from '#edge/line-identity.js';
import type { IndividualLVResponseLinkageChain, LaPraLinkageValueResponse } from '#wire/scms-pdu.js';
import type { Certificate } from '#wire/secured-data.js';
import type { ChainStore } from '../store/chain.store.js';
import { openChainHandle, sealChainHandle } from './chain-handle.js';
import { newChain, seedAt, type OpenChain, type SeedVault } from './chain-seeds.js';
import type { LinkageOrder } from './linkage-request.js';
import { refuse, type LaRefused } from './refusal.js';
import { sealValues, type SealingFor } from './sealed-values.js';

export interface GiveValuesNeeds {
  readonly identity: LineIdentity;
  readonly laId: Uint8Array;
  readonly chains: ChainStore;
  readonly vault: SeedVault;
  /** The keys of these periods, which the PCA has taken; refused while it does not answer. */
  readonly keysFor: (
    pca: Certificate,
    periods: readonly number[],
  ) => Promise<ReadonlyMap<number, Uint8Array> | LaRefused>;
}

/**
 * Values of each fresh chain and then of each continued one. A chain, a period and an index are given once: a repeated request
 * for fresh chains gets other chains, a repeated continuation is refused.
 */
export async function giveValues(
  order: LinkageOrder,
  at: { pca: Certificate; currentI: number },
  needs: GiveValuesNeeds,
): Promise<LaPraLinkageValueResponse | LaRefused> {
  const periods = Array.from({ length: order.iMax - order.iMin + 1 }, (_, n) => order.iMin + n);
  const keys = await needs.keysFor(at.pca, periods);
  if (isRefused(keys)) return keys;
  const chains = await claimChains(order, at.currentI, needs);
  if (isRefused(chains)) return chains;
  const sealing = sealingFor(at.pca, keys, needs);
  const individualLVs = await valuesOf(chains, order, { currentI: at.currentI, sealing }, needs);
  return { iMin: order.iMin, iMax: order.iMax, individualLVs, groupLVs: [] };
}

async function claimChains(
  { iMin, iMax, freshChains, continued }: LinkageOrder,
  currentI: number,
  { identity, laId, chains, vault }: GiveValuesNeeds,
): Promise<OpenChain[] | LaRefused> {
  const chainIds: Uint8Array[] = [];
  for (const handle of continued) {
    const chainId = await openChainHandle(handle, vault);
    if (chainId === undefined) return refuse('chain-handle');
    chainIds.push(chainId);
  }
  const fresh: OpenChain[] = [];
  for (let n = 0; n < freshChains; n++) fresh.push(await newChain({ currentI, iMax }, identity.random, vault));
  const claimed = await chains.claim(
    fresh.map(({ chain }) => chain),
    chainIds.map((chainId) => ({ chainId, iMin, iMax })),
  );
  if (isRefused(claimed)) return claimed;
  const opened: OpenChain[] = [];
  for (const chain of claimed) opened.push({ chain, seed: await seedAt(chain, chain.baseI, laId, vault) });
  return [...fresh, ...opened];
}

function sealingFor(pca: Certificate, keys: ReadonlyMap<number, Uint8Array>, needs: GiveValuesNeeds): SealingFor {
  const periodKey = (i: number): Uint8Array => {
    const key = keys.get(i);
    if (key === undefined) throw new Error('a period without a key');
    return key;
  };
  return { laId: needs.laId, pcaId: hashedId8(pca), periodKey, random: needs.identity.random };
}

async function valuesOf(
  chains: readonly OpenChain[],
  order: LinkageOrder,
  at: { currentI: number; sealing: SealingFor },
  { laId, vault }: GiveValuesNeeds,
): Promise<Infer<typeof IndividualLVResponseLinkageChain>[]> {
  const seeds = chains.map(({ chain, seed }) => advanceLinkageSeed(smSuite, laId, seed, order.iMin - chain.baseI));
  const values = await sealValues(seeds, order, at.sealing);
  for (const seed of [...seeds, ...chains.map((one) => one.seed)]) seed.fill(0);
  const answers: Infer<typeof IndividualLVResponseLinkageChain>[] = [];
  for (const [n, { chain }] of chains.entries()) {
    const linkageChainId = await sealChainHandle(chain.chainId, at.currentI, vault);
    answers.push({ jMax: order.jMax, values: values[n] ?? [], linkageChainId });
  }
  return answers;
}
