/** Renewal is where permissions and keys are looked at again. */
import { spanOf } from '../../period.js';
import { certificate } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { certificateRule } from '../subject.js';

const YEARS = 40;

export const enrolmentHasAnEnd = certificateRule({
  id: 'enrolment-has-an-end',
  title: 'An enrolment certificate lasts forty years at most, a vehicle’s life.',
  clause: house('EN11'),
  severity: 'error',
  kinds: ['ec'],
  check({ tbs }) {
    const { startMillis, endMillis } = spanOf(tbs.validityPeriod);
    return endMillis - startMillis > YEARS * 31_556_952_000
      ? found('toBeSigned.validityPeriod.duration', `is longer than ${YEARS} years`)
      : SOUND;
  },
  passing: () => certificate('ec'),
  failing: () =>
    certificate('ec', {
      tbs: ({ validityPeriod }) => ({ validityPeriod: { ...validityPeriod, duration: { kind: 'years', value: 41 } } }),
    }),
});
