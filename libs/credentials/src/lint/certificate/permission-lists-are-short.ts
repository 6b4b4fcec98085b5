/** A reader need not understand more; a longer list that matters makes the certificate invalid for it. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { permissionGroups } from '../walk.js';

const UNDERSTOOD = 8;

export const permissionListsAreShort = certificateRule({
  id: 'permission-lists-are-short',
  title: 'A permission list, and a list of applications in it, has eight entries at most.',
  clause: ieee16092('type SequenceOfPsidSspRange'),
  severity: 'warning',
  check({ tbs }) {
    for (const name of ['appPermissions', 'certIssuePermissions', 'certRequestPermissions'] as const) {
      const length = tbs[name]?.length ?? 0;
      if (length > UNDERSTOOD) return found(`toBeSigned.${name}`, `has ${length} entries`);
    }
    return permissionGroups(tbs).flatMap(({ group: { subjectPermissions }, path }) =>
      subjectPermissions.kind === 'explicit' && subjectPermissions.value.length > UNDERSTOOD
        ? found(`${path}.subjectPermissions`, `has ${subjectPermissions.value.length} entries`)
        : SOUND,
    );
  },
  passing: () => certificate('ec'),
  failing: () =>
    certificate('ac', {
      tbs: { appPermissions: [111, 112, 113, 114, 3618, 3619, 3620, 3621, 3622].map((psid) => ({ psid })) },
    }),
});
