/** A CA of one country certifies for no other. */
import { CHINA } from '../../authority-certificate.js';
import { regionWithin } from '../../permissions.js';
import { issued } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const regionWithinIssuer = certificateRule({
  id: 'region-within-issuer',
  title: 'The region lies inside the issuer’s.',
  clause: ieee16092('5.1.2'),
  severity: 'error',
  needs: 'issuer',
  check: ({ tbs, issuer }) =>
    issuer === undefined || regionWithin(tbs.region, issuer.value.toBeSigned.value.region)
      ? SOUND
      : found('toBeSigned.region', 'does not lie inside the issuer’s'),
  passing: () => issued('pc'),
  failing: () =>
    issued('pc', {
      tbs: {
        region: {
          kind: 'identifiedRegion',
          value: [
            { kind: 'countryOnly', value: CHINA },
            { kind: 'countryOnly', value: 840 },
          ],
        },
      },
    }),
});
