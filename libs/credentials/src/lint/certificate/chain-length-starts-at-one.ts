/** At 0 the certificate itself would be the end of its own chain. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { permissionGroups } from '../walk.js';

export const chainLengthStartsAtOne = certificateRule({
  id: 'chain-length-starts-at-one',
  title: 'minChainLength is 1 or more.',
  clause: ieee16092('6.4.30'),
  severity: 'error',
  check: ({ tbs }) =>
    permissionGroups(tbs).flatMap(({ group: { minChainLength }, path }) =>
      minChainLength >= 1 ? SOUND : found(`${path}.minChainLength`, `is ${minChainLength}`),
    ),
  passing: () => certificate('pca'),
  failing: () =>
    certificate('pca', {
      tbs: ({ certIssuePermissions: list = [] }) => ({
        certIssuePermissions: list.map((group) => ({ ...group, minChainLength: 0 })),
      }),
    }),
});
