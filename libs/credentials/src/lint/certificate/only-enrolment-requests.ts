/** A pseudonym that may ask for certificates is an enrolment certificate that can be followed on the road. */
import { certificate } from '../examples.js';
import { AUTHORITIES } from '../kinds.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const onlyEnrolmentRequests = certificateRule({
  id: 'only-enrolment-requests',
  title: 'Only an enrolment certificate has certRequestPermissions.',
  clause: ydt3957('7.1'),
  severity: 'error',
  kinds: [...AUTHORITIES, 'pc', 'ac', 'identity'],
  check: ({ kind, tbs: { certRequestPermissions } }) =>
    certRequestPermissions === undefined
      ? SOUND
      : found('toBeSigned.certRequestPermissions', `is present, and this is a certificate of kind ${kind}`),
  passing: () => certificate('pc'),
  failing: () => certificate('pc', { tbs: { certRequestPermissions: certificate('ec').tbs.certRequestPermissions } }),
});
