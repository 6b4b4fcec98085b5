/** An explicit certificate carries its key and a signature. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const explicitHasKeyAndSignature = certificateRule({
  id: 'explicit-has-key-and-signature',
  title: 'An explicit certificate has a verification key and a signature.',
  clause: ieee16092('type ExplicitCertificate'),
  severity: 'error',
  check({ type, tbs, signature }) {
    if (type !== 'explicit') return SOUND;
    if (tbs.verifyKeyIndicator.kind !== 'verificationKey')
      return found('toBeSigned.verifyKeyIndicator', 'holds a reconstruction value, and the certificate is explicit');
    return signature === undefined ? found('signature', 'is absent, and the certificate is explicit') : SOUND;
  },
  passing: () => certificate('ica'),
  failing: () => certificate('ica', { form: { signature: undefined } }),
});
