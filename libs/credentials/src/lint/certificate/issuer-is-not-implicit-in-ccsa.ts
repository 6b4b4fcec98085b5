/** A signature needs a key that stands somewhere. */
import { SM2_OTHER, issued } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const issuerIsNotImplicitInCcsa = certificateRule({
  id: 'issuer-is-not-implicit-in-ccsa',
  title: 'The issuer’s certificate holds a key.',
  clause: ydt3957('6.5'),
  severity: 'error',
  profiles: ['ccsa'],
  needs: 'issuer',
  check: ({ issuer }) =>
    issuer === undefined || issuer.value.toBeSigned.value.verifyKeyIndicator.kind === 'verificationKey'
      ? SOUND
      : found('issuer', 'holds a reconstruction value and no key'),
  passing: () => issued('pc'),
  failing: () => issued('pc', {}, { tbs: { verifyKeyIndicator: { kind: 'reconstructionValue', value: SM2_OTHER } } }),
});
