/** From x alone two keys follow, and only one of them is meant. */
import { SM2_X_ONLY, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { hasY } from '../walk.js';

export const verificationKeyHasY = certificateRule({
  id: 'verification-key-has-y',
  title: 'The verification key is a whole point: compressed or uncompressed.',
  clause: ieee16092('type PublicVerificationKey'),
  severity: 'error',
  check({ tbs: { verifyKeyIndicator } }) {
    const isKey = verifyKeyIndicator.kind === 'verificationKey';
    const point = isKey ? verifyKeyIndicator.value.value : verifyKeyIndicator.value;
    return hasY(point) ? SOUND : found('toBeSigned.verifyKeyIndicator', `is ${point.kind}`);
  },
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', {
      tbs: { verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: SM2_X_ONLY } } },
    }),
});
