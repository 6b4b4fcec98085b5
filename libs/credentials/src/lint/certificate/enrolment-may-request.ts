/** Without it a PRA has nothing to hold a request against. */
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const enrolmentMayRequest = certificateRule({
  id: 'enrolment-may-request',
  title: 'An enrolment certificate has certRequestPermissions.',
  clause: ydt3957('7.1'),
  severity: 'error',
  kinds: ['ec'],
  check: ({ tbs: { certRequestPermissions } }) =>
    certRequestPermissions === undefined ? found('toBeSigned.certRequestPermissions', 'is absent') : SOUND,
  passing: () => certificate('ec'),
  failing: () => certificate('ec', { tbs: { certRequestPermissions: undefined } }),
});
