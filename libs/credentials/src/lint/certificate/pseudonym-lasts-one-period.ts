/** Longer, and more pseudonyms are valid at a time than the scheme means; shorter, and there is a gap. */
import { spanOf } from '../../period.js';
import { certificate, ieeePseudonym } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

const WEEK_HOURS = 168;

export const pseudonymLastsOnePeriod = certificateRule({
  id: 'pseudonym-lasts-one-period',
  title: 'A pseudonym certificate lasts one week, under IEEE 1609.2.1 with an hour of overlap at most.',
  clause: ydt3957('7.3'),
  severity: 'error',
  kinds: ['pc'],
  check({ tbs, profile }) {
    const { startMillis, endMillis } = spanOf(tbs.validityPeriod);
    const hours = (endMillis - startMillis) / 3_600_000;
    const longest = profile.name === 'ieee' ? WEEK_HOURS + 1 : WEEK_HOURS;
    return hours >= WEEK_HOURS && hours <= longest
      ? SOUND
      : found('toBeSigned.validityPeriod.duration', `is ${Number(hours.toFixed(3))} hours, not ${WEEK_HOURS}`);
  },
  passing: () => ieeePseudonym(),
  failing: () =>
    certificate('pc', {
      tbs: ({ validityPeriod }) => ({ validityPeriod: { ...validityPeriod, duration: { kind: 'hours', value: 169 } } }),
    }),
});
