/** A CA that may issue nothing is a template whose list was forgotten. */
import { certificate } from '../examples.js';
import { ISSUERS } from '../kinds.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const caIssuesSomething = certificateRule({
  id: 'ca-issues-something',
  title: 'A CA has certIssuePermissions.',
  clause: ieee16092('6.4.8'),
  severity: 'error',
  kinds: ISSUERS,
  check: ({ kind, tbs: { certIssuePermissions } }) =>
    certIssuePermissions !== undefined
      ? SOUND
      : found('toBeSigned.certIssuePermissions', `is absent from a certificate of kind ${kind}`),
  passing: () => certificate('eca'),
  failing: () => certificate('eca', { tbs: { certIssuePermissions: undefined } }),
});
