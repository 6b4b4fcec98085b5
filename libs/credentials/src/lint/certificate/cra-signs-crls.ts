/** The lists of a CRA without it are refused by every receiver. */
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const craSignsCrls = certificateRule({
  id: 'cra-signs-crls',
  title: 'A CRA has the CRL application with its SSP.',
  clause: ydt3957('7.5'),
  severity: 'error',
  kinds: ['cra'],
  check({ tbs: { appPermissions = [] }, profile }) {
    const permission = appPermissions.find(({ psid }) => psid === profile.aid.crl);
    return permission?.ssp === undefined
      ? found('toBeSigned.appPermissions', `have no SSP under the CRL application ${profile.aid.crl}`)
      : SOUND;
  },
  passing: () => certificate('cra'),
  failing: () =>
    certificate('cra', { tbs: ({ appPermissions = [] }) => ({ appPermissions: appPermissions.slice(0, 1) }) }),
});
