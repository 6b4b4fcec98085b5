/** The profile has one family of algorithms; a mixed chain would fall with its weaker half. */
import { P256_POINT, certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const ccsaKeysAreSm2 = certificateRule({
  id: 'ccsa-keys-are-sm2',
  title: 'The verification key is an SM2 key.',
  clause: ydt3957('6.5'),
  severity: 'error',
  profiles: ['ccsa'],
  check({ tbs: { verifyKeyIndicator } }) {
    if (verifyKeyIndicator.kind !== 'verificationKey' || verifyKeyIndicator.value.kind === 'ecsigSm2') return SOUND;
    return found('toBeSigned.verifyKeyIndicator', `is ${verifyKeyIndicator.value.kind}`);
  },
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', {
      tbs: { verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecdsaNistP256', value: P256_POINT } } },
    }),
});
