/** The hash is the one tied to the signer's key, and the signature is made with that key. */
import type { Signature } from '#wire/base-types.js';
import { spdu } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { spduRule } from '../subject.js';

const HASHES: Readonly<Record<Signature['kind'], string>> = {
  sm2Signature: 'sm3',
  ecdsaNistP256Signature: 'sha256',
  ecdsaBrainpoolP256r1Signature: 'sha256',
  ecdsaNistP384Signature: 'sha384',
  ecdsaBrainpoolP384r1Signature: 'sha384',
};

export const spduHashFitsSignature = spduRule({
  id: 'spdu-hash-fits-signature',
  title: 'hashId is the hash of the signature’s algorithm.',
  clause: ieee16092('5.3.1'),
  severity: 'error',
  check: ({ signed: { hashId, signature } }) =>
    HASHES[signature.kind] === hashId ? SOUND : found('hashId', `is ${hashId}, and the signature is ${signature.kind}`),
  passing: () => spdu(),
  failing: () => spdu({ signed: { hashId: 'sha256' } }),
});
