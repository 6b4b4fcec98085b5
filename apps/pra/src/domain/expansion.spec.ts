import { expansionScalar, type CaterpillarKeys } from '#crypto/butterfly.js';
import { isRefused } from '#credentials/refusal.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { expandCocoons, itemsOf } from './expansion.js';
import type { SealedChain } from './linkage-answer.js';

const PERIODS = { iMin: 350, iMax: 351, jMax: 4 };

function caterpillar(change: Partial<CaterpillarKeys> = {}): CaterpillarKeys {
  return {
    signingKey: sm2PublicKey(newSm2PrivateKey(systemRandom)),
    signingExpansion: systemRandom.bytes(16),
    encryptionKey: sm2PublicKey(newSm2PrivateKey(systemRandom)),
    encryptionExpansion: systemRandom.bytes(16),
    ...change,
  };
}

/** A = −f(i, j)·G: the same point with the other y. */
function atInfinity(expansionKey: Uint8Array, purpose: 'signing' | 'encryption', i: number, j: number): Uint8Array {
  const point = sm2PublicKey(expansionScalar(smSuite, expansionKey, purpose, i, j)).slice();
  point[0] = point[0] === 2 ? 3 : 2;
  return point;
}

const chain = (tag: number): SealedChain =>
  ({ values: [0, 1].map((week) => [0, 1, 2, 3].map((j) => Uint8Array.of(tag, week, j))) }) as unknown as SealedChain;

describe('the expansion of a request', () => {
  it.each(['signing', 'encryption'] as const)(
    'refuses a %s key chosen so that one cocoon key is at infinity',
    (purpose) => {
      const key = systemRandom.bytes(16);
      const point = atInfinity(key, purpose, 351, 2);
      const chosen =
        purpose === 'signing'
          ? { signingKey: point, signingExpansion: key }
          : { encryptionKey: point, encryptionExpansion: key };
      expect(expandCocoons(caterpillar(chosen), PERIODS)).toEqual({ kind: 'refused', reason: 'cocoon-at-infinity' });
      // The period that holds the chosen one is the only one that falls.
      expect(isRefused(expandCocoons(caterpillar(chosen), { ...PERIODS, iMax: 350 }))).toBe(false);
    },
  );

  it('fails when the chains hold fewer periods than the request', () => {
    const cocoons = expandCocoons(caterpillar(), { ...PERIODS, iMax: 352 });
    if (isRefused(cocoons)) throw new Error(cocoons.reason);
    expect(() => itemsOf(cocoons, PERIODS.iMin, [chain(1), chain(2)])).toThrow('a period is missing');
  });
});
