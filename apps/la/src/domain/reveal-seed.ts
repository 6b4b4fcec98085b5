/** The seed of one chain from now on, for an approved case and no other; never an earlier one (RV3, RV8). */
import { checkApproval, type UseOnce } from '#credentials/approval.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import type { LineIdentity } from '#edge/line-identity.js';
import type { RevealSeed, SeedRevealed } from '#edges/la-ma/seeds.js';
import type { ChainStore } from '../store/chain.store.js';
import { openChainHandle } from './chain-handle.js';
import { seedAt, type SeedVault } from './chain-seeds.js';
import { checkPraStatement } from './pra-statement.js';
import { refuse, type LaRefused } from './refusal.js';

export interface RevealNeeds {
  readonly identity: LineIdentity;
  readonly laId: Uint8Array;
  readonly operators: readonly Uint8Array[];
  readonly useOnce: UseOnce;
  readonly chains: ChainStore;
  readonly vault: SeedVault;
  /** The period by our own clock: what the MA believes it to be plays no part. */
  readonly currentI: () => number;
}

/**
 * Refuses a statement that is not the PRA's for this case, then an approval that is not of two operators, unused, for us; only
 * then is the handle opened. An approval is used up by whatever comes after it.
 */
export async function revealSeed(request: RevealSeed, needs: RevealNeeds): Promise<SeedRevealed | LaRefused> {
  const { identity, laId } = needs;
  const own = identity.signer.certificate;
  const nowMillis = identity.clock.nowMillis();
  const managementAid = identity.profile.aid.management;
  const rules = { trust: identity.trust, own, laId, managementAid, nowMillis };
  const statement = checkPraStatement(request.praStatement, request.approval.scope.value, rules);
  if (isRefused(statement)) return statement;
  const { operators, useOnce } = needs;
  const approved = await checkApproval(request.approval, {
    action: 'reveal-seed',
    self: hashedId8(own),
    operators,
    nowMillis,
    useOnce,
  });
  if (isRefused(approved)) return approved;
  const chainId = await openChainHandle(statement.linkageChainId, needs.vault);
  if (chainId === undefined) return refuse('chain-handle');
  return seedOf(chainId, needs);
}

async function seedOf(chainId: Uint8Array, needs: RevealNeeds): Promise<SeedRevealed | LaRefused> {
  const chain = await needs.chains.find(chainId);
  if (chain === undefined) return refuse('chain-unknown');
  const iValue = needs.currentI();
  if (iValue > chain.iMax) return refuse('chain-ended');
  return { laId: needs.laId, iValue, seed: await seedAt(chain, iValue, needs.laId, needs.vault) };
}
