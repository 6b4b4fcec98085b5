/** What is sealed to no point can be opened by nobody, and fails only later, at somebody else. */
import { isSm2PublicKey } from '#crypto/sm2.js';
import { compressedOf } from '../../keys-on-the-wire.js';
import { NO_POINT, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { hasY } from '../walk.js';

export const encryptionKeyOnCurve = certificateRule({
  id: 'encryption-key-on-curve',
  title: 'An SM2 encryption key is a point of the curve.',
  clause: ieee16092('5.3.5', 'medium'),
  severity: 'error',
  needs: 'arithmetic',
  check({ tbs: { encryptionKey } }) {
    if (encryptionKey?.publicKey.kind !== 'ecencSm2' || !hasY(encryptionKey.publicKey.value)) return SOUND;
    const point = compressedOf(encryptionKey.publicKey.value);
    return point !== undefined && isSm2PublicKey(point)
      ? SOUND
      : found('toBeSigned.encryptionKey.publicKey', 'is no point of its curve');
  },
  passing: () => certificate('eca'),
  failing: () =>
    certificate('eca', {
      tbs: { encryptionKey: { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'ecencSm2', value: NO_POINT } } },
    }),
});
