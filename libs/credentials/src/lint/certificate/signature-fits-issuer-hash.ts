/** The issuer's identifier is made with the hash of the issuer's key, and the signature with that key. */
import type { Signature } from '#wire/base-types.js';
import type { IssuerIdentifier } from '#wire/secured-data.js';
import { P256_SIGNATURE, certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

const SIGNATURES: Readonly<Record<string, readonly Signature['kind'][]>> = {
  sm3: ['sm2Signature'],
  sha256: ['ecdsaNistP256Signature', 'ecdsaBrainpoolP256r1Signature'],
  sha384: ['ecdsaNistP384Signature', 'ecdsaBrainpoolP384r1Signature'],
};
const hashOf = (issuer: IssuerIdentifier): string =>
  issuer.kind === 'self' ? issuer.value : issuer.kind.replace('AndDigest', '');

export const signatureFitsIssuerHash = certificateRule({
  id: 'signature-fits-issuer-hash',
  title: 'The algorithm of the signature fits the hash by which the issuer is named.',
  clause: ieee16092('5.3.1'),
  severity: 'error',
  check({ issuerId, signature }) {
    if (signature === undefined || signature === 'to-come') return SOUND;
    const hash = hashOf(issuerId);
    return SIGNATURES[hash]?.includes(signature.kind) === true
      ? SOUND
      : found('signature', `is ${signature.kind}, and the issuer is named by ${hash}`);
  },
  passing: () => certificate('ica'),
  failing: () => certificate('ica', { form: { signature: P256_SIGNATURE } }),
});
