/** From one request and its sealed chains to single items: a cocoon key pair and one value of each LA for every (i, j). */
import { refused, type Refused } from '#credentials/refusal.js';
import type { CaterpillarKeys, CocoonKeys } from '#crypto/butterfly.js';
import { sm3 } from '#crypto/sm3.js';
import type { BatchArithmetic } from '#keys/batch-arithmetic.js';
import type { SealedChain } from './linkage-answer.js';

export interface PoolItem {
  readonly i: number;
  readonly j: number;
  /** Cocoon keys B and Q, 33 bytes each. */
  readonly signingKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
  /** SM3 of B: no two items may ask for one key. */
  readonly keyHash: Uint8Array;
  /** Encoded EncryptedIndividualLV of la1, and of la2 where there is one. */
  readonly plv1: Uint8Array;
  readonly plv2: Uint8Array | undefined;
}

export interface Periods {
  readonly iMin: number;
  readonly iMax: number;
  readonly jMax: number;
}

/**
 * The cocoon keys of all periods. Refuses caterpillar keys that were chosen so that one of them is the point at infinity:
 * whoever knows the expansion keys can do that, and what can never be certified must end here.
 */
export async function expandCocoons(
  arithmetic: BatchArithmetic,
  caterpillar: CaterpillarKeys,
  { iMin, iMax, jMax }: Periods,
): Promise<CocoonKeys[] | Refused<'cocoon-at-infinity'>> {
  const periods = Array.from({ length: iMax - iMin + 1 }, (_, week) => iMin + week);
  try {
    return await arithmetic.expandBatch(caterpillar, periods, jMax);
  } catch (error) {
    // The keys were points when the request was taken; all that is left for the arithmetic to refuse is infinity.
    if (error instanceof RangeError) return refused('cocoon-at-infinity');
    throw error;
  }
}

/** One item a cocoon key pair, with its value of each LA, one or two. The chains hold exactly the periods from iMin on. */
export function itemsOf(cocoons: readonly CocoonKeys[], iMin: number, chains: readonly SealedChain[]): PoolItem[] {
  const [la1, la2] = chains as readonly [SealedChain, SealedChain?];
  return cocoons.map(({ i, j, signingKey, encryptionKey }) => ({
    i,
    j,
    signingKey,
    encryptionKey,
    keyHash: sm3(signingKey),
    plv1: valueAt(la1, i - iMin, j),
    plv2: la2 && valueAt(la2, i - iMin, j),
  }));
}

function valueAt(chain: SealedChain, week: number, j: number): Uint8Array {
  const value = chain.values[week]?.[j];
  if (value === undefined) throw new RangeError('chains: a period is missing');
  return value;
}
