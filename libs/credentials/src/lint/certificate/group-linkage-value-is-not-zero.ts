/** As for the value of the device itself. */
import { EXAMPLE_I, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { isZero } from '../walk.js';

export const groupLinkageValueIsNotZero = certificateRule({
  id: 'group-linkage-value-is-not-zero',
  title: 'A group linkage value is not zero.',
  clause: ieee16092('6.4.10'),
  severity: 'error',
  kinds: ['pc'],
  check({ tbs: { id } }) {
    const group = id.kind === 'linkageData' ? id.value['group-linkage-value'] : undefined;
    return group !== undefined && isZero(group.value)
      ? found('toBeSigned.id.group-linkage-value.value', 'is zero')
      : SOUND;
  },
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', {
      tbs: {
        id: {
          kind: 'linkageData',
          value: {
            iCert: EXAMPLE_I,
            'linkage-value': new Uint8Array(9).fill(1),
            'group-linkage-value': { jValue: new Uint8Array(4), value: new Uint8Array(9) },
          },
        },
      },
    }),
});
