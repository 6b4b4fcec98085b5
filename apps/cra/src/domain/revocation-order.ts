/** What may be ordered: chains whose seeds are of this period or an earlier one that can still be walked from. */
import { LONGEST_WALK, type LinkedEntry } from '#credentials/linked-crl.js';
import { refused, type Refused } from '#credentials/refusal.js';
import type { ChainRefusal } from './refusal.js';

/** No LA gives values further ahead than five years. */
const LONGEST_CHAIN = 260;

/**
 * Whether each chain is of as many LAs as the domain has, and whole: of fewer or more it would stand on the list and match
 * nothing, while everybody takes the device for revoked.
 */
export function refuseLas(
  chains: readonly LinkedEntry[],
  linkageAuthorities: 1 | 2,
): Refused<ChainRefusal> | undefined {
  for (const { la2Id, seed2 } of chains) {
    if ((la2Id === undefined) !== (seed2 === undefined)) return refused('chain-of-half-a-pair');
    if ((la2Id === undefined ? 1 : 2) !== linkageAuthorities) return refused('chain-of-other-las');
  }
  return undefined;
}

/** The first thing wrong with the chains of an order at period `i`; a chain that is over is no fault of the order. */
export function refuseChains(chains: readonly LinkedEntry[], i: number): Refused<ChainRefusal> | undefined {
  for (const { iRev, iMax, jMax, la1Id, la2Id, seed1, seed2 } of chains) {
    if (la2Id !== undefined && Buffer.compare(la1Id, la2Id) === 0) return refused('chain-of-one-la');
    // The linter stops a list with such an entry: taken, it would stand in the way of all others.
    if ([seed1, seed2].some((seed) => seed?.every((byte) => byte === 0))) return refused('chain-without-seeds');
    if (jMax === 0 || iMax < iRev) return refused('chain-without-certificates');
    if (iRev > i) return refused('chain-from-the-future');
    if (i - iRev > LONGEST_WALK) return refused('chain-too-old');
    if (iMax - iRev > LONGEST_CHAIN) return refused('chain-too-long');
  }
  return undefined;
}
