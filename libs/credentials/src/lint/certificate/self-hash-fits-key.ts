/** SM2 goes with SM3, P-256 with SHA-256, P-384 with SHA-384. */
import { hashAlgorithmOfKey } from '../../explain/identity.js';
import { ieee } from '../../profile.js';
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const selfHashFitsKey = certificateRule({
  id: 'self-hash-fits-key',
  title: 'The hash a self-issued certificate names is the one tied to its key.',
  clause: ieee16092('5.3.1'),
  severity: 'error',
  check({ issuerId, tbs }) {
    const { verifyKeyIndicator: key } = tbs;
    if (issuerId.kind !== 'self' || key.kind !== 'verificationKey') return SOUND;
    const due = hashAlgorithmOfKey(key.value);
    if (issuerId.value === due) return SOUND;
    return found('issuer.self', `is ${issuerId.value}, and the key goes with ${due}`);
  },
  passing: () => certificate('root'),
  failing: () =>
    certificate('root', {
      form: { profile: ieee, issuerId: { kind: 'self', value: 'sha256' }, signature: 'to-come' },
    }),
});
