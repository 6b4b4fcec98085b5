/** iCert says under which seeds of a CRL the certificate is looked for. */
import { millisFromTime32 } from '#wire/time.js';
import { WEEK_MILLIS } from '../../period.js';
import { EXAMPLE_I, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const pseudonymPeriodIsItsTime = certificateRule({
  id: 'pseudonym-period-is-its-time',
  title: 'iCert is the period in which the validity starts.',
  clause: ieee16092('6.4.10'),
  severity: 'error',
  kinds: ['pc'],
  check({ tbs, profile }) {
    if (tbs.id.kind !== 'linkageData') return SOUND;
    // Rounded, because a start may lie five seconds before the boundary.
    const since = millisFromTime32(tbs.validityPeriod.start) - profile.epochMillis;
    const i = Math.round(since / WEEK_MILLIS);
    const { iCert } = tbs.id.value;
    // What starts elsewhere than on a boundary is another rule's.
    return iCert === i || iCert === Math.floor(since / WEEK_MILLIS)
      ? SOUND
      : found('toBeSigned.id.iCert', `is ${iCert}, and the validity starts in period ${i}`);
  },
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', {
      tbs: ({ id }) =>
        id.kind === 'linkageData' ? { id: { kind: 'linkageData', value: { ...id.value, iCert: EXAMPLE_I + 1 } } } : {},
    }),
});
