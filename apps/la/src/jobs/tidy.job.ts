/**
 * What an LA owes its calendar: chains move to the current period, the seeds and keys of past periods are erased. The labels
 * that sealed old seeds are destroyed in the crypto device, so that copies in the database's old pages or in a backup open no more.
 */
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { ChainStore } from '../store/chain.store.js';
import type { PeriodKeyStore } from '../store/period-key.store.js';
import { handleLabelPeriod } from '../domain/chain-handle.js';
import { advanceChain, labelPeriod } from '../domain/chain-seeds.js';
import { MOST_PERIODS } from '../domain/linkage-request.js';

const CHAINS_A_TURN = 500;

export interface TidyNeeds {
  readonly chains: ChainStore;
  readonly periodKeys: PeriodKeyStore;
  readonly device: CryptoDevice;
  readonly laId: Uint8Array;
  readonly forgetApprovals: () => Promise<void>;
}

/** Brings everything to period `i`; may be repeated, and stopped anywhere. */
export async function tidy(i: number, needs: TidyNeeds): Promise<{ advanced: number; ended: number }> {
  const { chains, periodKeys, device, laId } = needs;
  // A request that began in the last period may still be at work: it keeps its chain before this line, or not at all.
  await chains.closeBefore(i);
  const ended = await chains.dropEnded(i);
  let advanced = 0;
  for (
    let late = await chains.behind(i, CHAINS_A_TURN);
    late.length > 0;
    late = await chains.behind(i, CHAINS_A_TURN)
  ) {
    for (const chain of late) await chains.replaceSeed(await advanceChain(chain, i, laId, device), chain.baseI);
    advanced += late.length;
  }
  await destroyLabelsBefore(i, device);
  await periodKeys.dropBefore(i);
  await needs.forgetApprovals();
  return { advanced, ended };
}

async function destroyLabelsBefore(i: number, device: CryptoDevice): Promise<void> {
  for (const label of await device.labels()) {
    const period = labelPeriod(label) ?? lastPeriodOfHandles(label);
    if (period !== undefined && period < i) await device.destroy(label);
  }
}

/** The last period of any chain whose newest handle was sealed under this label. */
function lastPeriodOfHandles(label: string): number | undefined {
  const given = handleLabelPeriod(label);
  return given === undefined ? undefined : given + MOST_PERIODS - 1;
}
