/** Zero is what a request carries in its place: who signs it made a certificate that no list can revoke. */
import { EXAMPLE_I, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { isZero } from '../walk.js';

export const linkageValueIsNotZero = certificateRule({
  id: 'linkage-value-is-not-zero',
  title: 'The linkage value is not zero.',
  clause: ieee16092('6.4.10'),
  severity: 'error',
  kinds: ['pc'],
  check: ({ tbs: { id } }) =>
    id.kind === 'linkageData' && isZero(id.value['linkage-value'])
      ? found('toBeSigned.id.linkage-value', 'is zero')
      : SOUND,
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', {
      tbs: { id: { kind: 'linkageData', value: { iCert: EXAMPLE_I, 'linkage-value': new Uint8Array(9) } } },
    }),
});
