/** A group that ends in no type of certificate allows no chain at all. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { permissionGroups } from '../walk.js';

export const eeTypeIsNamed = certificateRule({
  id: 'ee-type-is-named',
  title: 'eeType names app, enroll or both.',
  clause: ieee16092('type EndEntityType'),
  severity: 'error',
  check: ({ tbs }) =>
    permissionGroups(tbs).flatMap(({ group: { eeType }, path }) =>
      eeType.size > 0 ? SOUND : found(`${path}.eeType`, 'is empty'),
    ),
  passing: () => certificate('ica'),
  failing: () =>
    certificate('ica', {
      tbs: ({ certIssuePermissions: list = [] }) => ({
        certIssuePermissions: list.map((group) => ({ ...group, eeType: new Set([]) })),
      }),
    }),
});
