/** An LA announces the key under which it seals the pre-linkage values of one period: one key a period, for good. */
import { constantTimeEqual } from '#crypto/equal.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { sharedKeyId } from '#credentials/sealing.js';
import type { PeriodKey } from '#edges/la-pca/shared-key.js';
import { MOST_PERIODS_AHEAD } from './batch.js';
import { refuseKey, type PeriodKeyRefusal } from './refusal.js';

export interface TakeKeyNeeds {
  /** The two bytes in the caller's certificate (ScmsSsp). */
  readonly callerLaId: Uint8Array | undefined;
  readonly currentI: number;
  /** Keeps the first key of (LA, period); answers the key that stands. */
  readonly keep: (laId: Uint8Array, i: number, key: Uint8Array) => Promise<Uint8Array>;
}

/** The id of the key that stands; the same key again is fine, another one for the same period is refused. */
export async function takePeriodKey(
  { laId, iValue, key }: PeriodKey,
  needs: TakeKeyNeeds,
): Promise<{ keyId: Uint8Array } | Refused<PeriodKeyRefusal>> {
  const refusal = judgeKey(laId, iValue, needs);
  if (isRefused(refusal)) return refusal;
  const standing = await needs.keep(laId, iValue, key);
  return constantTimeEqual(standing, key) ? { keyId: sharedKeyId(key) } : refuseKey('another-key-taken');
}

function judgeKey(laId: Uint8Array, i: number, needs: TakeKeyNeeds): Refused<PeriodKeyRefusal> | undefined {
  if (needs.callerLaId === undefined || !constantTimeEqual(needs.callerLaId, laId)) return refuseKey('wrong-la');
  if (i < needs.currentI) return refuseKey('period-past');
  return i >= needs.currentI + MOST_PERIODS_AHEAD ? refuseKey('period-too-far') : undefined;
}
