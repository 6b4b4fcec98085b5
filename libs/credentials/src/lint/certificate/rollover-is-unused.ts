/** The field stands in the format and nothing is defined for it. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const rolloverIsUnused = certificateRule({
  id: 'rollover-is-unused',
  title: 'canRequestRollover is absent.',
  clause: ieee16092('6.4.8'),
  severity: 'error',
  check: ({ tbs: { canRequestRollover } }) =>
    canRequestRollover === undefined ? SOUND : found('toBeSigned.canRequestRollover', 'is present'),
  passing: () => certificate('ec'),
  failing: () => certificate('ec', { tbs: { canRequestRollover: null } }),
});
