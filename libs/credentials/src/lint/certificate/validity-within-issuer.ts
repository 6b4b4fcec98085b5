/** What outlives its issuer can no longer be judged. */
import { spanOf, isWithin } from '../../period.js';
import { issued } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const validityWithinIssuer = certificateRule({
  id: 'validity-within-issuer',
  title: 'The validity lies inside the issuer’s.',
  clause: ieee16092('5.1.2'),
  severity: 'error',
  needs: 'issuer',
  check: ({ tbs, issuer }) =>
    issuer === undefined || isWithin(spanOf(tbs.validityPeriod), spanOf(issuer.value.toBeSigned.value.validityPeriod))
      ? SOUND
      : found('toBeSigned.validityPeriod', 'does not lie inside the issuer’s'),
  passing: () => issued('eca'),
  failing: () =>
    issued('eca', {
      tbs: ({ validityPeriod }) => ({ validityPeriod: { ...validityPeriod, duration: { kind: 'years', value: 15 } } }),
    }),
});
