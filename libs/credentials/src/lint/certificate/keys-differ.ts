/** A key that signs and decrypts lends each use to the other's attacks. */
import { SM2_OTHER, certificate } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { certificateRule } from '../subject.js';
import { sameBytes } from '../walk.js';

export const keysDiffer = certificateRule({
  id: 'keys-differ',
  title: 'The encryption key is another key than the verification key.',
  clause: house('PR17'),
  severity: 'warning',
  check({ tbs: { verifyKeyIndicator, encryptionKey } }) {
    if (encryptionKey === undefined || verifyKeyIndicator.kind !== 'verificationKey') return SOUND;
    const [a, b] = [encryptionKey.publicKey.value, verifyKeyIndicator.value.value];
    const isSame =
      a.kind === b.kind &&
      a.value instanceof Uint8Array &&
      b.value instanceof Uint8Array &&
      sameBytes(a.value, b.value);
    return isSame ? found('toBeSigned.encryptionKey', 'is the verification key') : SOUND;
  },
  passing: () => certificate('eca'),
  failing: () =>
    certificate('eca', {
      tbs: {
        verifyKeyIndicator: {
          kind: 'verificationKey',
          value: { kind: 'ecsigSm2', value: SM2_OTHER },
        },
      },
    }),
});
