/** The times of a list stand in the list. */
import { ccsa } from '../../profile.js';
import { crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';

export const crlHeaderIsBare = crlRule({
  id: 'crl-header-is-bare',
  title: 'The header of a CRL has the application and nothing else.',
  clause: ieee16092('type SecuredCrl'),
  severity: 'error',
  check({ header }) {
    if (header === undefined) return SOUND;
    const extra = Object.entries(header).find(([name, value]) => name !== 'psid' && value !== undefined);
    return extra === undefined ? SOUND : found(`headerInfo.${extra[0]}`, 'is present');
  },
  passing: () => crl(),
  failing: () => crl({ form: { header: { psid: ccsa.aid.crl, generationTime: 1n } } }),
});
