/** -1 means no end; nothing below it means anything. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { permissionGroups } from '../walk.js';

export const chainLengthRangeFromMinusOne = certificateRule({
  id: 'chain-length-range-from-minus-one',
  title: 'chainLengthRange is -1 or more.',
  clause: ieee16092('6.4.30'),
  severity: 'error',
  check: ({ tbs }) =>
    permissionGroups(tbs).flatMap(({ group: { chainLengthRange }, path }) =>
      chainLengthRange >= -1 ? SOUND : found(`${path}.chainLengthRange`, `is ${chainLengthRange}`),
    ),
  passing: () => certificate('root'),
  failing: () =>
    certificate('root', {
      tbs: ({ certIssuePermissions: list = [] }) => ({
        certIssuePermissions: list.map((group) => ({ ...group, chainLengthRange: -2 })),
      }),
    }),
});
