/** One LA in both places holds both halves of every linkage value (LK4). */
import { linked, oneChain, crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';
import { revokedSeeds, sameBytes } from '../walk.js';

export const linkedCrlLasDiffer = crlRule({
  id: 'linked-crl-las-differ',
  title: 'The two LAs of an entry are two.',
  clause: ieee16092('type LAGroup'),
  severity: 'error',
  check({ contents }) {
    for (const { laIds, path } of revokedSeeds(contents)) {
      const [first, second] = laIds;
      if (first !== undefined && second !== undefined && sameBytes(first, second))
        return found(path(), 'names one LA twice');
    }
    return SOUND;
  },
  passing: () => crl(),
  failing: () => crl({ contents: { typeSpecific: linked({ individual: oneChain({ la2: 1 }) }) } }),
});
