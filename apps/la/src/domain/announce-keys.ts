/** Brings period keys to the PCA before the first value sealed under them leaves, and again until it has taken them. */
import { constantTimeEqual } from '#crypto/equal.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { sharedKeyId } from '#credentials/sealing.js';
import type { Port } from '#edge/edge.js';
import { LineFailure } from '#edge/transport.js';
import type { laPca } from '#edges/la-pca/shared-key.js';
import type { Certificate } from '#wire/secured-data.js';
import type { KeptPeriodKey, PeriodKeyStore } from '../store/period-key.store.js';
import { refuse, type LaRefused } from './refusal.js';

export interface AnnounceNeeds {
  readonly laId: Uint8Array;
  readonly periodKeys: PeriodKeyStore;
  readonly pcaLine: Port<typeof laPca>;
}

/** The keys of these periods by period, all taken by the PCA; refused while it cannot be reached. */
export async function keysTakenBy(
  pca: Certificate,
  periods: readonly number[],
  needs: AnnounceNeeds,
): Promise<ReadonlyMap<number, Uint8Array> | LaRefused> {
  const kept = await needs.periodKeys.ensure(hashedId8(pca), periods);
  const outcome = await announce(
    pca,
    kept.filter(({ isTaken }) => !isTaken),
    needs,
  );
  return outcome ?? new Map(kept.map(({ iValue, key }) => [iValue, key]));
}

/** Hands over each key; stops at the first failure, the rest stays owed. */
export async function announce(
  pca: Certificate,
  keys: readonly KeptPeriodKey[],
  { laId, periodKeys, pcaLine }: AnnounceNeeds,
): Promise<LaRefused | undefined> {
  for (const { iValue, key } of keys) {
    const taken = await reach(() => pcaLine.announceKey({ laId, iValue, key }));
    if (taken === undefined) return refuse('pca-not-reached');
    if (isRefused(taken)) throw new Error(`the PCA refuses a period key: ${taken.reason}`);
    if (!constantTimeEqual(taken.keyId, sharedKeyId(key))) throw new Error('the PCA holds another period key');
    await periodKeys.markTaken(hashedId8(pca), iValue);
  }
  return undefined;
}

/** No answer is expected now and then, and owed; anything else is a failure. */
async function reach<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof LineFailure) return undefined;
    throw error;
  }
}
