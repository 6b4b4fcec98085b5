/** An implicit certificate carries a reconstruction value; its key is proven by use. */
import { P256_SIGNATURE, ieeePseudonym } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const implicitHasNeither = certificateRule({
  id: 'implicit-has-neither',
  title: 'An implicit certificate has a reconstruction value and no signature.',
  clause: ieee16092('type ImplicitCertificate'),
  severity: 'error',
  profiles: ['ieee'],
  check({ type, tbs, signature }) {
    if (type !== 'implicit') return SOUND;
    if (tbs.verifyKeyIndicator.kind !== 'reconstructionValue')
      return found('toBeSigned.verifyKeyIndicator', 'holds a key, and the certificate is implicit');
    return signature === undefined ? SOUND : found('signature', 'is present, and the certificate is implicit');
  },
  passing: () => ieeePseudonym(),
  failing: () => ieeePseudonym({ form: { signature: P256_SIGNATURE } }),
});
