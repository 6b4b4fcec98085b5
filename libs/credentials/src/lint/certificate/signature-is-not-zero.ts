/** Zero is in no signature: r and s are scalars from 1 to the order less 1. */
import type { Signature } from '#wire/base-types.js';
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { isZero } from '../walk.js';

function parts(signature: Signature): [Uint8Array | undefined, Uint8Array] {
  if (signature.kind === 'sm2Signature') return [signature.value.rSig, signature.value.sSig];
  const { rSig, sSig } = signature.value;
  return [rSig.value instanceof Uint8Array ? rSig.value : undefined, sSig];
}

export const signatureIsNotZero = certificateRule({
  id: 'signature-is-not-zero',
  title: 'Neither part of the signature is zero.',
  clause: ieee16092('5.3.1'),
  severity: 'error',
  check({ signature }) {
    if (signature === undefined || signature === 'to-come') return SOUND;
    const [r, s] = parts(signature);
    if (r !== undefined && isZero(r)) return found('signature.rSig', 'is zero');
    return isZero(s) ? found('signature.sSig', 'is zero') : SOUND;
  },
  passing: () => certificate('ica'),
  failing: () =>
    certificate('ica', {
      form: {
        signature: { kind: 'sm2Signature', value: { rSig: new Uint8Array(32).fill(1), sSig: new Uint8Array(32) } },
      },
    }),
});
