import { isRefused } from '#credentials/refusal.js';
import type { LaPraLinkageValueResponse } from '#wire/scms-pdu.js';
import { laAnswer } from './answers.fixture.js';
import { expandCocoons, itemsOf } from './expansion.js';
import { laIdBytes, sealedChain, type SealedChain } from './linkage-answer.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey } from '#crypto/sm2.js';
import { expandCocoonKeys } from '#crypto/butterfly.js';
import { smSuite } from '#crypto/suite.js';

const asked = { iMin: 358, iMax: 360, jMax: 4, laId: 1 };
type Chain = LaPraLinkageValueResponse['individualLVs'][number];

function reason(change: (answer: LaPraLinkageValueResponse) => LaPraLinkageValueResponse): unknown {
  const outcome = sealedChain(change(laAnswer(asked)), asked);
  return isRefused(outcome) ? outcome.reason : outcome;
}
const withChain = (change: (chain: Chain) => Chain) => (answer: LaPraLinkageValueResponse) => ({
  ...answer,
  individualLVs: answer.individualLVs.map(change),
});

describe("an LA's answer", () => {
  it.each<[string, string, (answer: LaPraLinkageValueResponse) => LaPraLinkageValueResponse]>([
    ['an earlier first period', 'answer-periods', (answer) => ({ ...answer, iMin: 357 })],
    ['another last period', 'answer-periods', (answer) => ({ ...answer, iMax: 361 })],
    ['no chain', 'answer-chains', (answer) => ({ ...answer, individualLVs: [] })],
    [
      'two chains',
      'answer-chains',
      (answer) => ({ ...answer, individualLVs: [...answer.individualLVs, ...laAnswer(asked).individualLVs] }),
    ],
    [
      'a group chain',
      'answer-chains',
      (answer) => ({ ...answer, groupLVs: [{ jMax: 1, values: [], groupIdentifier: new Uint8Array(4) }] }),
    ],
    ['another jMax', 'answer-shape', withChain((chain) => ({ ...chain, jMax: 5 }))],
    ['a missing week', 'answer-shape', withChain((chain) => ({ ...chain, values: chain.values.slice(1) }))],
    ['a missing value', 'answer-shape', withChain((c) => ({ ...c, values: c.values.map((week) => week.slice(1)) }))],
  ])('LK1 refuses %s', (_, expected, change) => {
    expect(reason(change)).toBe(expected);
  });

  it("LK4 refuses values in another LA's name", () => {
    const change = withChain((chain) => ({
      ...chain,
      values: chain.values.map((week, n) => week.map((lv, j) => (n + j === 0 ? { ...lv, laId: laIdBytes(2) } : lv))),
    }));
    expect(reason(change)).toBe('answer-la');
  });

  it('LK6 refuses a value that comes twice', () => {
    const change = withChain((chain) => {
      const [first = []] = chain.values;
      return { ...chain, values: [first, first, ...chain.values.slice(2)] };
    });
    expect(reason(change)).toBe('answer-repeated');
  });
});

describe('the items of a request', () => {
  it('join the cocoon keys and both values of each (i, j)', () => {
    const key = (): Uint8Array => sm2PublicKey(newSm2PrivateKey(systemRandom));
    const caterpillar = {
      signingKey: key(),
      signingExpansion: systemRandom.bytes(16),
      encryptionKey: key(),
      encryptionExpansion: systemRandom.bytes(16),
    };
    const chains = [1, 2].map((laId) => sealedChain(laAnswer({ ...asked, laId }), { ...asked, laId }) as SealedChain);
    const [la1, la2] = chains as [SealedChain, SealedChain];
    const cocoons = expandCocoons(caterpillar, asked);
    const items = isRefused(cocoons) ? [] : itemsOf(cocoons, asked.iMin, [la1, la2]);
    expect(items.map(({ i, j }) => [i, j])).toEqual([358, 359, 360].flatMap((i) => [0, 1, 2, 3].map((j) => [i, j])));
    for (const { i, j, plv1, plv2, signingKey, encryptionKey } of items) {
      expect(plv1).toEqual(la1.values[i - 358]?.[j]);
      expect(plv2).toEqual(la2.values[i - 358]?.[j]);
      expect({ i, j, signingKey, encryptionKey }).toEqual(expandCocoonKeys(smSuite, caterpillar, i, 4)[j]);
    }
    expect(new Set(items.map(({ keyHash }) => Buffer.from(keyHash).toString('hex'))).size).toBe(12);
  });
});
