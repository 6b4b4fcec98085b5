/** As for the verification key: the canonical form is the one that is hashed. */
import { SM2_UNCOMPRESSED, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const encryptionKeyIsCompressed = certificateRule({
  id: 'encryption-key-is-compressed',
  title: 'The encryption key is written compressed, the canonical form.',
  clause: ieee16092('type EccP256CurvePoint'),
  severity: 'warning',
  check: ({ tbs: { encryptionKey } }) =>
    encryptionKey?.publicKey.value.kind === 'uncompressedP256'
      ? found('toBeSigned.encryptionKey.publicKey', 'is an uncompressed point')
      : SOUND,
  passing: () => certificate('eca'),
  failing: () =>
    certificate('eca', {
      tbs: {
        encryptionKey: { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'ecencSm2', value: SM2_UNCOMPRESSED } },
      },
    }),
});
