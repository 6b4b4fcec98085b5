/** The LAs' answers become one chain to revoke, and the accused certificate is the witness that it is the right one. */
import { advanceLinkageSeed } from '#crypto/linkage.js';
import { smSuite } from '#crypto/suite.js';
import { expandEntry, LONGEST_WALK, type LinkedEntry } from '#credentials/linked-crl.js';

export interface RevealedSeed {
  readonly laId: Uint8Array;
  readonly iValue: number;
  readonly seed: Uint8Array;
}

/** The chain of one LA, or of two from the later of their periods on: a week may have changed between two answers. */
export function chainOf(
  [first, second]: readonly [RevealedSeed, RevealedSeed?],
  { iMax, jMax }: { iMax: number; jMax: number },
): LinkedEntry {
  const iRev = Math.max(first.iValue, second?.iValue ?? 0);
  const moved = ({ laId, iValue, seed }: RevealedSeed): Uint8Array =>
    advanceLinkageSeed(smSuite, laId, seed, iRev - iValue);
  const chain = { iRev, iMax, jMax, la1Id: first.laId, seed1: moved(first) };
  return second === undefined ? chain : { ...chain, la2Id: second.laId, seed2: moved(second) };
}

/** `impossible`: the accused certificate's period was over before the LAs were asked, and nobody can go back. */
export type Witness = 'agrees' | 'disagrees' | 'impossible';

/**
 * RV4: whether the accused linkage value is among those of the chains. A PCA that answers with another device's item leads
 * to chains that do not hold it.
 */
export function witness(chains: readonly LinkedEntry[], accused: { iCert: number; linkageValue: Uint8Array }): Witness {
  const reachable = chains.filter(({ iRev }) => accused.iCert >= iRev && accused.iCert - iRev <= LONGEST_WALK);
  if (reachable.length === 0) return 'impossible';
  const agrees = reachable.some((chain) =>
    expandEntry(chain, accused.iCert).some((value) => Buffer.compare(value, accused.linkageValue) === 0),
  );
  if (agrees) return 'agrees';
  // A chain that could not be looked at may be the one.
  return reachable.length === chains.length ? 'disagrees' : 'impossible';
}
