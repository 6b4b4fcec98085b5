/** A PCA that may enrol devices could make itself the requests it then answers. */
import { certificate } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { certificateRule } from '../subject.js';

export const pcaIssuesApplications = certificateRule({
  id: 'pca-issues-applications',
  title: 'A PCA or ACA may issue certificates of type app, and none of type enroll.',
  clause: house('PR8'),
  severity: 'error',
  kinds: ['pca', 'aca'],
  check: ({ tbs: { certIssuePermissions = [] } }) =>
    certIssuePermissions.flatMap(({ eeType }, n) =>
      eeType.has('enroll') ? found(`toBeSigned.certIssuePermissions[${n}].eeType`, 'has enroll') : SOUND,
    ),
  passing: () => certificate('pca'),
  failing: () =>
    certificate('pca', {
      tbs: ({ certIssuePermissions: list = [] }) => ({
        certIssuePermissions: list.map((group) => ({ ...group, eeType: new Set(['app', 'enroll'] as const) })),
      }),
    }),
});
