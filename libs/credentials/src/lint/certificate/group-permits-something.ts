/** A group without applications and a range without values permit nothing, and look as if they did. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { permissionGroups, permissionRanges } from '../walk.js';

export const groupPermitsSomething = certificateRule({
  id: 'group-permits-something',
  title: 'A group of permissions names an application, and a list of SSPs has one.',
  clause: ieee16092('type SubjectPermissions', 'medium'),
  severity: 'error',
  check({ tbs }) {
    const empty = permissionGroups(tbs).find(
      ({ group: { subjectPermissions } }) =>
        subjectPermissions.kind === 'explicit' && subjectPermissions.value.length === 0,
    );
    if (empty !== undefined) return found(`${empty.path}.subjectPermissions`, 'is empty');
    return permissionRanges(tbs).flatMap(({ range: { sspRange }, path }) =>
      sspRange?.kind === 'opaque' && sspRange.value.length === 0 ? found(`${path}.sspRange.opaque`, 'is empty') : SOUND,
    );
  },
  passing: () => certificate('ica'),
  failing: () =>
    certificate('ica', {
      tbs: ({ certIssuePermissions: [group, ...rest] = [] }) =>
        group && {
          certIssuePermissions: [{ ...group, subjectPermissions: { kind: 'explicit', value: [] } }, ...rest],
        },
    }),
});
