import { LONGEST_WALK, type LinkedEntry } from '#credentials/linked-crl.js';
import { refuseChains, refuseLas } from './revocation-order.js';

const i = 358;
const chain = (over: Partial<LinkedEntry> = {}): LinkedEntry => ({
  iRev: i,
  iMax: i + 3,
  jMax: 20,
  la1Id: Uint8Array.of(0, 1),
  seed1: new Uint8Array(16).fill(1),
  la2Id: Uint8Array.of(0, 2),
  seed2: new Uint8Array(16).fill(2),
  ...over,
});

describe('an order', () => {
  it.each<[string, string, Partial<LinkedEntry>]>([
    ['a seed that was never filled in', 'chain-without-seeds', { seed2: new Uint8Array(16) }],
    ['both seeds of one LA', 'chain-of-one-la', { la2Id: Uint8Array.of(0, 1) }],
    ['no certificates in a period', 'chain-without-certificates', { jMax: 0 }],
    ['an end before its beginning', 'chain-without-certificates', { iMax: i - 1 }],
    ['seeds of a later period', 'chain-from-the-future', { iRev: i + 1 }],
    ['seeds too old to walk from', 'chain-too-old', { iRev: i - LONGEST_WALK - 1, iMax: i }],
    ['an end no LA gives', 'chain-too-long', { iMax: i + 261 }],
  ])('is refused with %s, also behind a good chain', (_, reason, over) => {
    expect(refuseChains([chain(), chain(over)], i)).toEqual({ kind: 'refused', reason });
  });

  const ofOneLa = ({ la2Id: _la, seed2: _seed, ...one }: LinkedEntry): LinkedEntry => one;

  it('carries chains of as many LAs as there are, whole, and no others', () => {
    const [pair, single] = [chain(), ofOneLa(chain())];
    const { la2Id: _, ...halfSeed } = pair;
    const { seed2: __, ...halfName } = pair;
    expect(refuseLas([pair, pair], 2)).toBeUndefined();
    expect(refuseLas([single, single], 1)).toBeUndefined();
    expect(refuseLas([pair, single], 2)).toEqual({ kind: 'refused', reason: 'chain-of-other-las' });
    expect(refuseLas([single, pair], 1)).toEqual({ kind: 'refused', reason: 'chain-of-other-las' });
    for (const half of [halfSeed, halfName])
      for (const count of [1, 2] as const)
        expect(refuseLas([half], count)).toEqual({ kind: 'refused', reason: 'chain-of-half-a-pair' });
  });

  it('of one LA is refused with a seed that was never filled in', () => {
    expect(refuseChains([ofOneLa(chain())], i)).toBeUndefined();
    const reason = 'chain-without-seeds';
    expect(refuseChains([ofOneLa(chain({ seed1: new Uint8Array(16) }))], i)).toEqual({ kind: 'refused', reason });
  });

  it('may carry chains of this week, of an earlier one, and one that is over', () => {
    const chains = [chain(), chain({ iRev: i - 1 }), chain({ iRev: i - 2, iMax: i - 1 }), chain({ iMax: i + 260 })];
    expect(refuseChains(chains, i)).toBeUndefined();
  });
});
