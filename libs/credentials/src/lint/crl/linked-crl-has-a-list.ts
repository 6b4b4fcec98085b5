/** Nothing revoked is an empty list; no list at all is a fault. */
import { linked, crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';
import { linkedContents, LINKED } from '../walk.js';

export const linkedCrlHasAList = crlRule({
  id: 'linked-crl-has-a-list',
  title: 'A CRL by linkage seed has individual entries, group entries or both, be they none.',
  clause: ieee16092('type ToBeSignedLinkageValueCrl'),
  severity: 'error',
  check({ contents }) {
    const list = linkedContents(contents);
    if (list === undefined) return SOUND;
    return list.individual === undefined && list.groups === undefined && list.groupsSingleSeed === undefined
      ? found(LINKED, 'has neither individual nor groups nor groupsSingleSeed')
      : SOUND;
  },
  passing: () => crl({ contents: { typeSpecific: linked({ individual: [] }) } }),
  failing: () => crl({ contents: { typeSpecific: linked({ individual: undefined }) } }),
});
