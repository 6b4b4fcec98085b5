/** A CRL and a list cannot name a moment after it: `expiry` is a Time32. */
import { millisFromTime32 } from '#wire/time.js';
import { spanOf } from '../../period.js';
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

const LAST_MILLIS = millisFromTime32(0xffff_ffff);

export const validityEndsWithinTime32 = certificateRule({
  id: 'validity-ends-within-time32',
  title: 'The end of the validity is a Time32.',
  clause: ieee16092('type Time32', 'medium'),
  severity: 'error',
  check: ({ tbs }) =>
    spanOf(tbs.validityPeriod).endMillis > LAST_MILLIS
      ? found('toBeSigned.validityPeriod', 'ends after the last moment of Time32')
      : SOUND,
  passing: () => certificate('root'),
  failing: () =>
    certificate('root', {
      tbs: ({ validityPeriod }) => ({
        validityPeriod: { ...validityPeriod, duration: { kind: 'years', value: 200 } },
      }),
    }),
});
