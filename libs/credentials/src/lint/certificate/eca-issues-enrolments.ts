/** An ECA whose chains may not end in `enroll` cannot do what it is for. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const ecaIssuesEnrolments = certificateRule({
  id: 'eca-issues-enrolments',
  title: 'An ECA may issue certificates of type enroll.',
  clause: ieee16092('type EndEntityType'),
  severity: 'error',
  kinds: ['eca'],
  check: ({ tbs: { certIssuePermissions } }) =>
    certIssuePermissions?.some(({ eeType }) => eeType.has('enroll')) === false
      ? found('toBeSigned.certIssuePermissions', 'have no group of type enroll')
      : SOUND,
  passing: () => certificate('eca'),
  failing: () =>
    certificate('eca', {
      tbs: ({ certIssuePermissions: list = [] }) => ({
        certIssuePermissions: list.map((group) => ({ ...group, eeType: new Set(['app'] as const) })),
      }),
    }),
});
