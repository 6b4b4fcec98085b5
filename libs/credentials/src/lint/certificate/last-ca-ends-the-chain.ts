/** Below an ECA, a PCA and an ACA stand devices: a longer chain would be a CA of their making. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const lastCaEndsTheChain = certificateRule({
  id: 'last-ca-ends-the-chain',
  title: 'The chains of an ECA, a PCA and an ACA end with the next certificate.',
  clause: ieee16092('6.4.30'),
  severity: 'error',
  kinds: ['eca', 'pca', 'aca'],
  check: ({ tbs: { certIssuePermissions = [] } }) =>
    certIssuePermissions.flatMap(({ chainLengthRange, minChainLength }, n) =>
      chainLengthRange === 0 && minChainLength <= 1
        ? SOUND
        : found(`toBeSigned.certIssuePermissions[${n}]`, 'allows another CA below'),
    ),
  passing: () => certificate('pca'),
  failing: () =>
    certificate('pca', {
      tbs: ({ certIssuePermissions: list = [] }) => ({
        certIssuePermissions: list.map((group) => ({ ...group, chainLengthRange: 1 })),
      }),
    }),
});
