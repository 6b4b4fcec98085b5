/** Left out and `all` say the same, and one spelling is enough. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { permissionRanges } from '../walk.js';

export const sspRangeAllIsLeftOut = certificateRule({
  id: 'ssp-range-all-is-left-out',
  title: 'An SSP range of `all` is left out.',
  clause: ieee16092('type PsidSspRange'),
  severity: 'notice',
  check: ({ tbs }) =>
    permissionRanges(tbs).flatMap(({ range: { sspRange }, path }) =>
      sspRange?.kind === 'all' ? found(`${path}.sspRange`, 'is all') : SOUND,
    ),
  passing: () => certificate('ec'),
  failing: () =>
    certificate('ec', {
      tbs: ({ certRequestPermissions: [group] = [] }) =>
        group && {
          certRequestPermissions: [
            {
              ...group,
              subjectPermissions: {
                kind: 'explicit',
                value: [{ psid: 111, sspRange: { kind: 'all', value: null } }],
              },
            },
          ],
        },
    }),
});
