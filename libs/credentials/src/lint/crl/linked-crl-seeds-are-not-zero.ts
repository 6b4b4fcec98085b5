/** Zero is a field that was never filled; it revokes nobody. */
import { linked, oneChain, crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';
import { revokedSeeds, isZero } from '../walk.js';

export const linkedCrlSeedsAreNotZero = crlRule({
  id: 'linked-crl-seeds-are-not-zero',
  title: 'No linkage seed is zero.',
  clause: ieee16092('type IndividualRevocation', 'medium'),
  severity: 'error',
  check({ contents }) {
    for (const { seeds, path } of revokedSeeds(contents))
      if (seeds.some(isZero)) return found(path(), 'has a seed of zero');
    return SOUND;
  },
  passing: () => crl(),
  failing: () => crl({ contents: { typeSpecific: linked({ individual: oneChain({ seed2: new Uint8Array(16) }) }) } }),
});
