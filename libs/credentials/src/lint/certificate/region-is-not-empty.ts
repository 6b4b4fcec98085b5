/** An empty region contains no place: the certificate is valid nowhere. */
import { ccsa } from '../../profile.js';
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const regionIsNotEmpty = certificateRule({
  id: 'region-is-not-empty',
  title: 'A region has at least one part.',
  clause: ieee16092('type GeographicRegion', 'medium'),
  severity: 'error',
  check({ tbs: { region } }) {
    if (region === undefined || region.kind === 'circularRegion' || region.value.length > 0) return SOUND;
    return found(`toBeSigned.region.${region.kind}`, 'is empty');
  },
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', { tbs: { region: { kind: 'rectangularRegion', value: [] } }, form: { profile: ccsa } }),
});
