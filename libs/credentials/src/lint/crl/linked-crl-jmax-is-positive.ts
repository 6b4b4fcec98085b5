/** With no certificate a period there is nothing to compare. */
import { linked, oneChain, crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';
import { linkedContents, LINKED } from '../walk.js';

export const linkedCrlJmaxIsPositive = crlRule({
  id: 'linked-crl-jmax-is-positive',
  title: 'jmax is 1 or more.',
  clause: ieee16092('type JMaxGroup'),
  severity: 'error',
  check: ({ contents }) =>
    (linkedContents(contents)?.individual ?? []).flatMap(({ jmax }, n) =>
      jmax > 0 ? SOUND : found(`${LINKED}.individual[${n}].jmax`, 'is 0'),
    ),
  passing: () => crl(),
  failing: () => crl({ contents: { typeSpecific: linked({ individual: oneChain({ jmax: 0 }) }) } }),
});
