/** One without the other leads to no list. */
import { certificate } from '../examples.js';
import { SELF_SIGNED } from '../kinds.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { isZero } from '../walk.js';

export const cracaAndSeriesGoTogether = certificateRule({
  id: 'craca-and-series-go-together',
  title: 'A certificate that names a CRACA names a series too, and the other way round.',
  clause: ieee16092('6.4.8', 'medium'),
  severity: 'warning',
  check({ kind, tbs: { cracaId, crlSeries } }) {
    if (kind === 'pc' || SELF_SIGNED.includes(kind) || isZero(cracaId) === (crlSeries === 0)) return SOUND;
    return found('toBeSigned.crlSeries', crlSeries === 0 ? 'is 0 beside a CRACA' : 'is not 0, and no CRACA is named');
  },
  passing: () => certificate('ac'),
  failing: () => certificate('ac', { tbs: { crlSeries: 0 } }),
});
