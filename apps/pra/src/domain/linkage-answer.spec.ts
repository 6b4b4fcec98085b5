import { decode } from '#coer/codec.js';
import { isRefused } from '#credentials/refusal.js';
import { EncryptedIndividualLV, type LaPraLinkageValueResponse } from '#wire/scms-pdu.js';
import { laAnswer, unopened } from './answers.fixture.js';
import { laIdBytes, sealedChains, type SealedChain } from './linkage-answer.js';

const asked = { iMin: 358, iMax: 360, jMax: 4, laId: 1, chains: 2 };
type Answer = LaPraLinkageValueResponse;
type Chain = Answer['individualLVs'][number];

function reason(change: (answer: Answer) => Answer): unknown {
  const outcome = sealedChains(unopened(change(laAnswer(asked))), asked);
  return isRefused(outcome) ? outcome.reason : outcome;
}
/** Changes the last chain: each must be looked at. */
const withChain = (change: (chain: Chain, first: Chain) => Chain) => (answer: Answer) => ({
  ...answer,
  individualLVs: answer.individualLVs.map((chain, n, all) => (n === 1 ? change(chain, all[0] as Chain) : chain)),
});

describe("an LA's answer", () => {
  it.each<[string, string, (answer: Answer) => Answer]>([
    ['an earlier first period', 'answer-periods', (answer) => ({ ...answer, iMin: 357 })],
    ['another last period', 'answer-periods', (answer) => ({ ...answer, iMax: 361 })],
    ['no chain', 'answer-chains', (answer) => ({ ...answer, individualLVs: [] })],
    ['one chain too few', 'answer-chains', (answer) => ({ ...answer, individualLVs: answer.individualLVs.slice(1) })],
    [
      'one chain too many',
      'answer-chains',
      (answer) => ({ ...answer, individualLVs: [...answer.individualLVs, ...laAnswer(asked).individualLVs.slice(1)] }),
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

  it('LK6 refuses a value that comes twice, in one chain or in two', () => {
    const within = withChain((chain) => {
      const [first = []] = chain.values;
      return { ...chain, values: [first, first, ...chain.values.slice(2)] };
    });
    expect(reason(within)).toBe('answer-repeated');
    const between = withChain((chain, { values: [first = []] }) => ({
      ...chain,
      values: [chain.values[0] ?? [], first, ...chain.values.slice(2)],
    }));
    expect(reason(between)).toBe('answer-repeated');
  });

  it('LK7 refuses one handle for two chains', () => {
    expect(reason(withChain((chain, { linkageChainId }) => ({ ...chain, linkageChainId })))).toBe('answer-repeated');
  });

  it('is taken with the bytes of each value as they came, chain by chain', () => {
    const answer = laAnswer(asked);
    const chains = sealedChains(unopened(answer), asked) as SealedChain[];
    expect(chains.map(({ laId }) => laId)).toEqual([1, 1]);
    const values = chains.map((chain) =>
      chain.values.map((week) => week.map((value) => decode(EncryptedIndividualLV, value))),
    );
    expect(values).toEqual(answer.individualLVs.map((chain) => chain.values));
  });
});
