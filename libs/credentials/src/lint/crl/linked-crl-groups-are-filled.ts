/** A bracket around nothing is what is left of an entry that was taken out. */
import { linked, crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';
import { linkedContents, LINKED } from '../walk.js';

export const linkedCrlGroupsAreFilled = crlRule({
  id: 'linked-crl-groups-are-filled',
  title: 'No group inside a CRL by linkage seed is empty.',
  clause: ieee16092('type JMaxGroup', 'medium'),
  severity: 'warning',
  check({ contents }) {
    for (const [n, { contents: ofJMax }] of (linkedContents(contents)?.individual ?? []).entries()) {
      const isEmpty =
        ofJMax.length === 0 ||
        ofJMax.some(
          ({ contents: ofLas }) =>
            ofLas.length === 0 ||
            ofLas.some(({ contents: pairs, singleSeeds }) => pairs.length + (singleSeeds?.length ?? 0) === 0),
        );
      if (isEmpty) return found(`${LINKED}.individual[${n}]`, 'has an empty group');
    }
    return SOUND;
  },
  passing: () => crl(),
  failing: () => crl({ contents: { typeSpecific: linked({ individual: [{ jmax: 20, contents: [] }] }) } }),
});
