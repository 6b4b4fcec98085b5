/** A chain whose certificates have run out only makes the list longer, unless it stands there for the first time. */
import { EXAMPLE_I, linked, oneChain, crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';
import { revokedSeeds, linkedContents } from '../walk.js';

export const linkedCrlEntriesAreCurrent = crlRule({
  id: 'linked-crl-entries-are-current',
  title: 'iMax is not before iRev.',
  clause: ieee16092('type ToBeSignedLinkageValueCrl'),
  severity: 'warning',
  check({ contents }) {
    const list = linkedContents(contents);
    if (list === undefined) return SOUND;
    for (const { iMax, path } of revokedSeeds(contents))
      if (iMax < list.iRev) return found(path(), `ends with period ${iMax}, before iRev ${list.iRev}`);
    return SOUND;
  },
  passing: () => crl(),
  failing: () => crl({ contents: { typeSpecific: linked({ individual: oneChain({ iMax: EXAMPLE_I - 1 }) }) } }),
});
