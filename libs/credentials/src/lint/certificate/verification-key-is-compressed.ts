/** Whoever hashes the certificate has to bring its points into this form first, and some forget. */
import { SM2_UNCOMPRESSED, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const verificationKeyIsCompressed = certificateRule({
  id: 'verification-key-is-compressed',
  title: 'The verification key is written compressed, the canonical form.',
  clause: ieee16092('type EccP256CurvePoint'),
  severity: 'warning',
  check({ tbs: { verifyKeyIndicator } }) {
    const isKey = verifyKeyIndicator.kind === 'verificationKey';
    const { kind } = isKey ? verifyKeyIndicator.value.value : verifyKeyIndicator.value;
    return kind === 'uncompressedP256' || kind === 'uncompressedP384'
      ? found('toBeSigned.verifyKeyIndicator', 'is an uncompressed point')
      : SOUND;
  },
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', {
      tbs: { verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: SM2_UNCOMPRESSED } } },
    }),
});
