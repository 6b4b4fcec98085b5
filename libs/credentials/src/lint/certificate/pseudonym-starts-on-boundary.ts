/** Periods follow without a gap, and a start of its own would tell a certificate from its neighbours. */
import { millisFromTime32 } from '#wire/time.js';
import { WEEK_MILLIS } from '../../period.js';
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

/** Leap seconds are counted in two ways in the field: certificates start 3 or 5 seconds past the boundary. */
const TOLERANCE_MILLIS = 5000;

export const pseudonymStartsOnBoundary = certificateRule({
  id: 'pseudonym-starts-on-boundary',
  title: 'A pseudonym certificate starts on a boundary of the i-periods, give or take five seconds.',
  clause: ydt3957('7.3', 'low'),
  severity: 'error',
  kinds: ['pc'],
  check({ tbs, profile }) {
    const since = millisFromTime32(tbs.validityPeriod.start) - profile.epochMillis;
    const past = ((since % WEEK_MILLIS) + WEEK_MILLIS) % WEEK_MILLIS;
    const off = Math.min(past, WEEK_MILLIS - past);
    return off <= TOLERANCE_MILLIS
      ? SOUND
      : found('toBeSigned.validityPeriod.start', `is ${off / 1000} seconds off the boundary of a period`);
  },
  passing: () =>
    certificate('pc', {
      tbs: ({ validityPeriod }) => ({ validityPeriod: { ...validityPeriod, start: validityPeriod.start + 5 } }),
    }),
  failing: () =>
    certificate('pc', {
      tbs: ({ validityPeriod }) => ({ validityPeriod: { ...validityPeriod, start: validityPeriod.start + 6 } }),
    }),
});
