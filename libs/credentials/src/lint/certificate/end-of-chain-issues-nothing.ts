/** A device or an authority of requests that may issue is a CA that nobody planned. */
import { certificate } from '../examples.js';
import { ENDS } from '../kinds.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const endOfChainIssuesNothing = certificateRule({
  id: 'end-of-chain-issues-nothing',
  title: 'Only a CA has certIssuePermissions.',
  clause: ydt3957('6.5'),
  severity: 'error',
  kinds: ENDS,
  check: ({ kind, tbs: { certIssuePermissions } }) =>
    certIssuePermissions === undefined
      ? SOUND
      : found('toBeSigned.certIssuePermissions', `is present, and this is a certificate of kind ${kind}`),
  passing: () => certificate('pc'),
  failing: () => certificate('pc', { tbs: { certIssuePermissions: certificate('pca').tbs.certIssuePermissions } }),
});
