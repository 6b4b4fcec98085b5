/** Other forms of r are read, and have to be brought into this one before the certificate is hashed. */
import { P256_POINT, ieeeApplication } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const ecdsaRIsXOnly = certificateRule({
  id: 'ecdsa-r-is-x-only',
  title: 'The r of an ECDSA signature is written as x alone.',
  clause: ieee16092('type EcdsaP256Signature'),
  severity: 'notice',
  check({ signature }) {
    if (signature === undefined || signature === 'to-come' || signature.kind === 'sm2Signature') return SOUND;
    const { kind } = signature.value.rSig;
    return kind === 'x-only' ? SOUND : found('signature.rSig', `is ${kind}; the canonical form is x-only`);
  },
  passing: () => ieeeApplication(),
  failing: () =>
    ieeeApplication({
      form: {
        signature: {
          kind: 'ecdsaNistP256Signature',
          value: { rSig: P256_POINT, sSig: new Uint8Array(32).fill(2) },
        },
      },
    }),
});
