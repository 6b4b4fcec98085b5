/** With one application twice, two readers may follow two SSPs. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const appPermissionsAreUnique = certificateRule({
  id: 'app-permissions-are-unique',
  title: 'An application stands in appPermissions once.',
  clause: ieee16092('6.4.8'),
  severity: 'error',
  check({ tbs: { appPermissions } }) {
    if (appPermissions === undefined) return SOUND;
    const twice = appPermissions.findIndex(({ psid }, n) => appPermissions.findIndex((one) => one.psid === psid) < n);
    return twice < 0
      ? SOUND
      : found(`toBeSigned.appPermissions[${twice}].psid`, `is ${appPermissions[twice]?.psid ?? 0} again`);
  },
  passing: () => certificate('pc'),
  failing: () => certificate('pc', { tbs: { appPermissions: [{ psid: 111 }, { psid: 3629 }, { psid: 111 }] } }),
});
