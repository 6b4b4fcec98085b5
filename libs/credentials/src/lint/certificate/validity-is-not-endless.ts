/** No key and no algorithm is good for longer than this; a root is renewed through the list. */
import { spanOf } from '../../period.js';
import { certificate } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { certificateRule } from '../subject.js';

const YEARS = 70;
const LONGEST_MILLIS = YEARS * 31_556_952_000;

export const validityIsNotEndless = certificateRule({
  id: 'validity-is-not-endless',
  title: 'Nothing is valid for more than seventy years.',
  clause: house('EN11'),
  severity: 'warning',
  check({ tbs }) {
    const { startMillis, endMillis } = spanOf(tbs.validityPeriod);
    return endMillis - startMillis > LONGEST_MILLIS
      ? found('toBeSigned.validityPeriod.duration', `is longer than ${YEARS} years`)
      : SOUND;
  },
  passing: () => certificate('root'),
  failing: () =>
    certificate('root', {
      tbs: ({ validityPeriod }) => ({ validityPeriod: { ...validityPeriod, duration: { kind: 'years', value: 71 } } }),
    }),
});
