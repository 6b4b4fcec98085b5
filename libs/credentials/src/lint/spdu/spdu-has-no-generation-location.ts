/** The place stands in the message; a second one in the header can only disagree. */
import { spdu } from '../examples.js';
import { SOUND, found, gbt45315 } from '../rule.js';
import { spduRule } from '../subject.js';

export const spduHasNoGenerationLocation = spduRule({
  id: 'spdu-has-no-generation-location',
  title: 'A message of the road has no generation location in its header.',
  clause: gbt45315('7.4'),
  severity: 'warning',
  profiles: ['ccsa'],
  check: ({ signed }) =>
    signed.tbsData.value.headerInfo.generationLocation === undefined
      ? SOUND
      : found('tbsData.headerInfo.generationLocation', 'is present'),
  passing: () => spdu(),
  failing: () =>
    spdu({ header: { generationLocation: { latitude: 399_000_000, longitude: 1_164_000_000, elevation: 4096 } } }),
});
