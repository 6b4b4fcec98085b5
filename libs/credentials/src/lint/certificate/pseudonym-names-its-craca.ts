/** Whoever names no CRACA stands on no list. */
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { isZero } from '../walk.js';

export const pseudonymNamesItsCraca = certificateRule({
  id: 'pseudonym-names-its-craca',
  title: 'A pseudonym certificate names a CRACA and a CRL series.',
  clause: ydt3957('7.5'),
  severity: 'error',
  kinds: ['pc'],
  check({ tbs: { cracaId, crlSeries } }) {
    if (isZero(cracaId)) return found('toBeSigned.cracaId', 'is 000000');
    return crlSeries === 0 ? found('toBeSigned.crlSeries', 'is 0') : SOUND;
  },
  passing: () => certificate('pc'),
  failing: () => certificate('pc', { tbs: { cracaId: new Uint8Array(3), crlSeries: 0 } }),
});
