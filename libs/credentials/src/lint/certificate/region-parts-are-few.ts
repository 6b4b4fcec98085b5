/** A reader need not understand more; the region then counts as unknown, and the certificate as invalid. */
import { CHINA } from '../../authority-certificate.js';
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

const UNDERSTOOD = 8;

export const regionPartsAreFew = certificateRule({
  id: 'region-parts-are-few',
  title: 'A region has eight parts at most, a polygon eight corners.',
  clause: ieee16092('type GeographicRegion'),
  severity: 'warning',
  check: ({ tbs: { region } }) =>
    region === undefined || region.kind === 'circularRegion' || region.value.length <= UNDERSTOOD
      ? SOUND
      : found(`toBeSigned.region.${region.kind}`, `has ${region.value.length} parts`),
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', {
      tbs: {
        region: {
          kind: 'identifiedRegion',
          value: [CHINA, 392, 410, 36, 554, 702, 458, 764, 360].map((value) => ({ kind: 'countryOnly', value })),
        },
      },
    }),
});
