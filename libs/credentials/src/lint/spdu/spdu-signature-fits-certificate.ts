/** A signature of another algorithm than the key's was not made with it. */
import type { Signature } from '#wire/base-types.js';
import { P256_SIGNATURE, spdu } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { spduRule } from '../subject.js';

const keyOf = (signature: Signature): string => signature.kind.replace(/Signature$/, '').replace('sm2', 'ecsigSm2');

export const spduSignatureFitsCertificate = spduRule({
  id: 'spdu-signature-fits-certificate',
  title: 'The signature is of the algorithm of the certificate’s key.',
  clause: ieee16092('5.3.1'),
  severity: 'error',
  needs: 'issuer',
  check({ signed: { signature }, certificate }) {
    const key = certificate?.value.toBeSigned.value.verifyKeyIndicator;
    if (key?.kind !== 'verificationKey' || key.value.kind === keyOf(signature)) return SOUND;
    return found('signature', `is ${signature.kind}, and the key is ${key.value.kind}`);
  },
  passing: () => spdu(),
  failing: () => spdu({ signed: { hashId: 'sha256', signature: P256_SIGNATURE } }),
});
