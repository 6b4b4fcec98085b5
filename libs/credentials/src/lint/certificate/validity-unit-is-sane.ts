/** Uint16 of these units is about a minute at most: a unit that was mistaken for another. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const validityUnitIsSane = certificateRule({
  id: 'validity-unit-is-sane',
  title: 'The duration is not counted in micro- or milliseconds.',
  clause: ieee16092('type Duration', 'low'),
  severity: 'warning',
  check({ tbs: { validityPeriod } }) {
    const { kind } = validityPeriod.duration;
    return kind === 'microseconds' || kind === 'milliseconds'
      ? found('toBeSigned.validityPeriod.duration', `is in ${kind}`)
      : SOUND;
  },
  passing: () => certificate('ac'),
  failing: () =>
    certificate('ac', {
      tbs: ({ validityPeriod }) => ({
        validityPeriod: { ...validityPeriod, duration: { kind: 'milliseconds', value: 65535 } },
      }),
    }),
});
