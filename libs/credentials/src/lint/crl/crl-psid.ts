/** Under another application a receiver looks at other permissions. */
import { ccsa } from '../../profile.js';
import { crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';

export const crlPsid = crlRule({
  id: 'crl-psid',
  title: 'A CRL is signed under the CRL application of the profile.',
  clause: ieee16092('type SecuredCrl'),
  severity: 'error',
  check: ({ header, profile }) =>
    header === undefined || header.psid === profile.aid.crl
      ? SOUND
      : found('headerInfo.psid', `is ${header.psid}, not ${profile.aid.crl}`),
  passing: () => crl(),
  failing: () => crl({ form: { header: { psid: ccsa.aid.bsm } } }),
});
