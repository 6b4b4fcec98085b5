/** Bits without a mask, or masks without bits, are compared with something else by each reader. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { permissionRanges } from '../walk.js';

export const bitmapAndMaskAreOfOneLength = certificateRule({
  id: 'bitmap-and-mask-are-of-one-length',
  title: 'sspValue and sspBitmask have the same length.',
  clause: ieee16092('type BitmapSspRange'),
  severity: 'error',
  check: ({ tbs }) =>
    permissionRanges(tbs).flatMap(({ range: { sspRange }, path }) =>
      sspRange?.kind === 'bitmapSspRange' && sspRange.value.sspValue.length !== sspRange.value.sspBitmask.length
        ? found(`${path}.sspRange`, 'has a value and a mask of two lengths')
        : SOUND,
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
                value: [
                  {
                    psid: 111,
                    sspRange: {
                      kind: 'bitmapSspRange',
                      value: { sspValue: Uint8Array.of(1, 0), sspBitmask: Uint8Array.of(255) },
                    },
                  },
                ],
              },
            },
          ],
        },
    }),
});
