/** What a CA signs beyond its own permissions is refused by every reader, and was never allowed. */
import { permissionsWithin } from '../../permissions.js';
import { issued } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const permissionsWithinIssuer = certificateRule({
  id: 'permissions-within-issuer',
  title: 'Applications, SSPs, chain lengths and types lie inside what the issuer may issue.',
  clause: ieee16092('5.1.2'),
  severity: 'error',
  needs: 'issuer',
  check: ({ tbs, issuer }) =>
    issuer === undefined || permissionsWithin(tbs, issuer.value.toBeSigned.value)
      ? SOUND
      : found('toBeSigned', 'has permissions outside the issuer’s certIssuePermissions'),
  passing: () => issued('pc'),
  failing: () => issued('pc', { tbs: { appPermissions: [{ psid: 111 }, { psid: 4711 }] } }),
});
