/** From one request and two sealed chains to single items: a cocoon key pair and one value of each LA for every (i, j). */
import { expandCocoonKeys, type CaterpillarKeys } from '#crypto/butterfly.js';
import { sm3 } from '#crypto/sm3.js';
import { smSuite } from '#crypto/suite.js';
import type { SealedChain } from './linkage-answer.js';

export interface PoolItem {
  readonly i: number;
  readonly j: number;
  /** Cocoon keys B and Q, 33 bytes each. */
  readonly signingKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
  /** SM3 of B: no two items may ask for one key. */
  readonly keyHash: Uint8Array;
  /** Encoded EncryptedIndividualLV of la1 and la2. */
  readonly plv1: Uint8Array;
  readonly plv2: Uint8Array;
}

/** All items of periods iMin … iMax, jMax each. The chains hold exactly these periods. */
export function expandItems(
  caterpillar: CaterpillarKeys,
  periods: { iMin: number; iMax: number; jMax: number },
  chains: readonly [SealedChain, SealedChain],
): PoolItem[] {
  const { iMin, iMax, jMax } = periods;
  const weeks = Array.from({ length: iMax - iMin + 1 }, (_, week) => iMin + week);
  return weeks.flatMap((i) =>
    expandCocoonKeys(smSuite, caterpillar, i, jMax).map(({ j, signingKey, encryptionKey }) => ({
      i,
      j,
      signingKey,
      encryptionKey,
      keyHash: sm3(signingKey),
      plv1: valueAt(chains[0], i - iMin, j),
      plv2: valueAt(chains[1], i - iMin, j),
    })),
  );
}

function valueAt(chain: SealedChain, week: number, j: number): Uint8Array {
  const value = chain.values[week]?.[j];
  if (value === undefined) throw new RangeError('chains: a period is missing');
  return value;
}
