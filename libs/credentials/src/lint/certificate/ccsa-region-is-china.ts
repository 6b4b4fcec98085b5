/** The trust of these lists ends at the border, and so should what hangs on them. */
import { CHINA } from '../../authority-certificate.js';
import { certificate } from '../examples.js';
import { AUTHORITIES } from '../kinds.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const ccsaRegionIsChina = certificateRule({
  id: 'ccsa-region-is-china',
  title: 'The region of an authority and of a pseudonym is given by countries, and China (156) is among them.',
  clause: ydt3957('6.5', 'low'),
  severity: 'warning',
  kinds: [...AUTHORITIES, 'pc', 'ec'],
  profiles: ['ccsa'],
  check({ tbs: { region } }) {
    if (region === undefined) return SOUND;
    if (region.kind !== 'identifiedRegion') return found('toBeSigned.region', `is ${region.kind}`);
    const isChina = region.value.some(
      (part) => (part.kind === 'countryOnly' ? part.value : part.value.countryOnly) === CHINA,
    );
    return isChina ? SOUND : found('toBeSigned.region', `does not name ${CHINA}`);
  },
  passing: () => certificate('pca'),
  failing: () =>
    certificate('pca', { tbs: { region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 840 }] } } }),
});
