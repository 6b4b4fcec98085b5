/** Requests to these travel sealed to their certificates. */
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const receiversHaveEncryptionKey = certificateRule({
  id: 'receivers-have-encryption-key',
  title: 'Whoever is written to under seal has an encryption key.',
  clause: ydt3957('7'),
  severity: 'warning',
  kinds: ['eca', 'pca', 'aca', 'pra', 'ara', 'la', 'ma'],
  check: ({ tbs, kind }) =>
    tbs.encryptionKey === undefined
      ? found('toBeSigned.encryptionKey', `is absent from a certificate of kind ${kind}`)
      : SOUND,
  passing: () => certificate('pra'),
  failing: () => certificate('pra', { tbs: { encryptionKey: undefined } }),
});
