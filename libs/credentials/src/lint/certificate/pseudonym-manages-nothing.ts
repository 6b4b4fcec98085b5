/** What a pseudonym signs is said on the road; authorities do not speak under pseudonyms. */
import { ccsa } from '../../profile.js';
import { certificate } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { certificateRule } from '../subject.js';

export const pseudonymManagesNothing = certificateRule({
  id: 'pseudonym-manages-nothing',
  title: 'A pseudonym certificate has neither the management nor the CRL application.',
  clause: house('VM3'),
  severity: 'error',
  kinds: ['pc'],
  check: ({ tbs: { appPermissions = [] }, profile: { aid } }) =>
    appPermissions.flatMap(({ psid }, n) =>
      psid === aid.management || psid === aid.crl ? found(`toBeSigned.appPermissions[${n}].psid`, `is ${psid}`) : SOUND,
    ),
  passing: () => certificate('pc'),
  failing: () => certificate('pc', { tbs: { appPermissions: [{ psid: ccsa.aid.bsm }, { psid: ccsa.aid.crl }] } }),
});
