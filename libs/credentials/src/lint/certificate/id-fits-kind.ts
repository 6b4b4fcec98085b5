/** Linkage data are what makes a pseudonym revocable, and traceable once revoked: nobody else has them, and no pseudonym a name. */
import { EXAMPLE_I, certificate } from '../examples.js';
import { AUTHORITIES } from '../kinds.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const idFitsKind = certificateRule({
  id: 'id-fits-kind',
  title: 'A pseudonym certificate has linkage data, an authority a name or nothing, no other certificate linkage data.',
  clause: ydt3957('6.5'),
  severity: 'error',
  check({ kind, tbs: { id } }) {
    if (kind === 'unknown' || (kind === 'pc') === (id.kind === 'linkageData')) {
      return id.kind === 'binaryId' && AUTHORITIES.includes(kind) ? found('toBeSigned.id', 'is no name') : SOUND;
    }
    return found('toBeSigned.id', `is ${id.kind}, and this is a certificate of kind ${kind}`);
  },
  passing: () => certificate('pc'),
  failing: () =>
    certificate('ec', {
      tbs: {
        id: { kind: 'linkageData', value: { iCert: EXAMPLE_I, 'linkage-value': new Uint8Array(9).fill(1) } },
      },
    }),
});
