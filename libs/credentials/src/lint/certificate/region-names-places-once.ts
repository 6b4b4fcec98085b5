/** A country twice is a template that was filled in twice. */
import type { GeographicRegion } from '#wire/base-types.js';
import { CHINA } from '../../authority-certificate.js';
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

const countryOf = (part: Extract<GeographicRegion, { kind: 'identifiedRegion' }>['value'][number]): number =>
  part.kind === 'countryOnly' ? part.value : part.value.countryOnly;

export const regionNamesPlacesOnce = certificateRule({
  id: 'region-names-places-once',
  title: 'A country stands in a region once.',
  clause: ieee16092('type SequenceOfIdentifiedRegion', 'low'),
  severity: 'warning',
  check({ tbs: { region } }) {
    if (region?.kind !== 'identifiedRegion' || region.value.length < 2) return SOUND;
    const countries = region.value.map(countryOf);
    const twice = countries.findIndex((country, n) => countries.indexOf(country) < n);
    return twice < 0 ? SOUND : found(`toBeSigned.region[${twice}]`, `names the country ${countries[twice] ?? 0} again`);
  },
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', {
      tbs: {
        region: {
          kind: 'identifiedRegion',
          value: [
            { kind: 'countryOnly', value: CHINA },
            { kind: 'countryOnly', value: CHINA },
          ],
        },
      },
    }),
});
