/** From x alone two keys follow, and only one of them is meant. */
import { SM2_X_ONLY, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { hasY } from '../walk.js';

export const encryptionKeyHasY = certificateRule({
  id: 'encryption-key-has-y',
  title: 'The encryption key is a whole point: compressed or uncompressed.',
  clause: ieee16092('type PublicEncryptionKey'),
  severity: 'error',
  check: ({ tbs: { encryptionKey } }) =>
    encryptionKey === undefined || hasY(encryptionKey.publicKey.value)
      ? SOUND
      : found('toBeSigned.encryptionKey.publicKey', `is ${encryptionKey.publicKey.value.kind}`),
  passing: () => certificate('eca'),
  failing: () =>
    certificate('eca', {
      tbs: { encryptionKey: { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'ecencSm2', value: SM2_X_ONLY } } },
    }),
});
