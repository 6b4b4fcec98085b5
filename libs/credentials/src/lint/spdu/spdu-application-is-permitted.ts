/** A message about what its signer may not speak of is refused (VM3). */
import { appPermission } from '../../certificate-facts.js';
import { spdu } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { spduRule } from '../subject.js';

export const spduApplicationIsPermitted = spduRule({
  id: 'spdu-application-is-permitted',
  title: 'The signer’s certificate permits the application of the message.',
  clause: ieee16092('5.2'),
  severity: 'error',
  needs: 'issuer',
  check({ signed, certificate }) {
    const { psid } = signed.tbsData.value.headerInfo;
    return certificate === undefined || appPermission(certificate, psid) !== undefined
      ? SOUND
      : found('tbsData.headerInfo.psid', `is ${psid}, which the signer’s certificate does not name`);
  },
  passing: () => spdu(),
  failing: () => spdu({ header: { psid: 112 } }),
});
