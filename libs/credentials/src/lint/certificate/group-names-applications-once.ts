/** As in appPermissions: two ranges of one application in one group are two answers. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { permissionGroups } from '../walk.js';

export const groupNamesApplicationsOnce = certificateRule({
  id: 'group-names-applications-once',
  title: 'An application stands in a group of permissions once.',
  clause: ieee16092('type PsidGroupPermissions', 'medium'),
  severity: 'error',
  check: ({ tbs }) =>
    permissionGroups(tbs).flatMap(({ group: { subjectPermissions }, path }) => {
      if (subjectPermissions.kind === 'all') return SOUND;
      const psids = subjectPermissions.value.map(({ psid }) => psid);
      return new Set(psids).size === psids.length ? SOUND : found(`${path}.subjectPermissions`, 'names a psid twice');
    }),
  passing: () => certificate('ec'),
  failing: () =>
    certificate('ec', {
      tbs: ({ certRequestPermissions: [group] = [] }) =>
        group && {
          certRequestPermissions: [
            { ...group, subjectPermissions: { kind: 'explicit', value: [{ psid: 111 }, { psid: 111 }] } },
          ],
        },
    }),
});
