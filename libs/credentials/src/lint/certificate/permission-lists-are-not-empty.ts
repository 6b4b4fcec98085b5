/** An empty list is read as no permission by one and as a fault by another. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

const LISTS = ['appPermissions', 'certIssuePermissions', 'certRequestPermissions'] as const;

export const permissionListsAreNotEmpty = certificateRule({
  id: 'permission-lists-are-not-empty',
  title: 'A permission list that is present has entries.',
  clause: ieee16092('6.4.8', 'medium'),
  severity: 'error',
  check({ tbs }) {
    const empty = LISTS.find((name) => tbs[name]?.length === 0);
    return empty === undefined ? SOUND : found(`toBeSigned.${empty}`, 'is empty');
  },
  passing: () => certificate('pc'),
  failing: () => certificate('pc', { tbs: { appPermissions: [] } }),
});
