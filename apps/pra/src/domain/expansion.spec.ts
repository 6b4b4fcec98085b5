import { expandCocoonKeys, expansionScalar, type CaterpillarKeys, type CocoonKeys } from '#crypto/butterfly.js';
import { isRefused } from '#credentials/refusal.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { arithmeticHere } from '#keys/batch-arithmetic.js';
import { laAnswer, unopened } from './answers.fixture.js';
import { expandCocoons, itemsOf } from './expansion.js';
import { sealedChains, type SealedChain } from './linkage-answer.js';

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

async function cocoons(keys: CaterpillarKeys, periods = PERIODS): Promise<CocoonKeys[]> {
  const expanded = await expandCocoons(arithmeticHere, keys, periods);
  if (isRefused(expanded)) throw new Error(expanded.reason);
  return expanded;
}

function chain(laId: number): SealedChain {
  const asked = { ...PERIODS, laId, chains: 1 };
  const [only] = sealedChains(unopened(laAnswer(asked)), asked) as SealedChain[];
  return only as SealedChain;
}

describe('the expansion of a request', () => {
  it.each(['signing', 'encryption'] as const)(
    'refuses a %s key chosen so that one cocoon key is at infinity',
    async (purpose) => {
      const key = systemRandom.bytes(16);
      const point = atInfinity(key, purpose, 351, 2);
      const chosen = caterpillar(
        purpose === 'signing'
          ? { signingKey: point, signingExpansion: key }
          : { encryptionKey: point, encryptionExpansion: key },
      );
      expect(await expandCocoons(arithmeticHere, chosen, PERIODS)).toEqual({
        kind: 'refused',
        reason: 'cocoon-at-infinity',
      });
      // The period that holds the chosen one is the only one that falls.
      expect(isRefused(await expandCocoons(arithmeticHere, chosen, { ...PERIODS, iMax: 350 }))).toBe(false);
    },
  );

  it('fails with the arithmetic, when that fails of itself', async () => {
    const broken = { ...arithmeticHere, expandBatch: () => Promise.reject(new Error('a worker has died')) };
    await expect(expandCocoons(broken, caterpillar(), PERIODS)).rejects.toThrow('a worker has died');
  });

  it('joins the cocoon keys and both values of each (i, j)', async () => {
    const keys = caterpillar();
    const [la1, la2] = [chain(1), chain(2)];
    const items = itemsOf(await cocoons(keys), PERIODS.iMin, [la1, la2]);
    expect(items.map(({ i, j }) => [i, j])).toEqual([350, 351].flatMap((i) => [0, 1, 2, 3].map((j) => [i, j])));
    for (const { i, j, plv1, plv2, signingKey, encryptionKey } of items) {
      expect(plv1).toEqual(la1.values[i - 350]?.[j]);
      expect(plv2).toEqual(la2.values[i - 350]?.[j]);
      expect({ i, j, signingKey, encryptionKey }).toEqual(expandCocoonKeys(smSuite, keys, i, 4)[j]);
    }
    expect(new Set(items.map(({ keyHash }) => Buffer.from(keyHash).toString('hex'))).size).toBe(8);
  });

  it('has the value of one LA alone where there is one', async () => {
    const la1 = chain(1);
    const items = itemsOf(await cocoons(caterpillar()), PERIODS.iMin, [la1]);
    expect(items.map(({ plv1 }) => plv1)).toEqual(la1.values.flat());
    expect(items.map(({ plv2 }) => plv2)).toEqual(Array<undefined>(8).fill(undefined));
  });

  it('fails when the chains hold fewer periods than the request', async () => {
    const more = await cocoons(caterpillar(), { ...PERIODS, iMax: 352 });
    expect(() => itemsOf(more, PERIODS.iMin, [chain(1), chain(2)])).toThrow('a period is missing');
  });
});
