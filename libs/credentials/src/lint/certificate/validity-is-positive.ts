/** A certificate that ends when it starts says nothing, and end dates that are off by one hide here. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const validityIsPositive = certificateRule({
  id: 'validity-is-positive',
  title: 'The validity is longer than nothing.',
  clause: ieee16092('6.4.14'),
  severity: 'error',
  check: ({ tbs: { validityPeriod } }) =>
    validityPeriod.duration.value > 0 ? SOUND : found('toBeSigned.validityPeriod.duration', 'is zero'),
  passing: () => certificate('ica'),
  failing: () =>
    certificate('ica', {
      tbs: ({ validityPeriod }) => ({ validityPeriod: { ...validityPeriod, duration: { kind: 'years', value: 0 } } }),
    }),
});
