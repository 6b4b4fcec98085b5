/** A certificate without any permission is not in the format, and good for nothing. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const permitsSomething = certificateRule({
  id: 'permits-something',
  title: 'At least one of the three permission lists is present.',
  clause: ieee16092('type ToBeSignedCertificate'),
  severity: 'error',
  check: ({ tbs }) =>
    tbs.appPermissions === undefined &&
    tbs.certIssuePermissions === undefined &&
    tbs.certRequestPermissions === undefined
      ? found('toBeSigned', 'has neither appPermissions nor certIssuePermissions nor certRequestPermissions')
      : SOUND,
  passing: () => certificate('pra'),
  failing: () => certificate('ac', { tbs: { appPermissions: undefined }, form: { kind: 'unknown' } }),
});
