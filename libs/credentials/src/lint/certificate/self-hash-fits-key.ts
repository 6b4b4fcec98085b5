/** SM2 goes with SM3, P-256 with SHA-256, P-384 with SHA-384. */
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { ieee } from '../../profile.js';
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

function hashOf(tbs: ToBeSignedCertificate): string | undefined {
  const { verifyKeyIndicator } = tbs;
  if (verifyKeyIndicator.kind !== 'verificationKey') return undefined;
  switch (verifyKeyIndicator.value.kind) {
    case 'ecsigSm2':
      return 'sm3';
    case 'ecdsaNistP256':
    case 'ecdsaBrainpoolP256r1':
      return 'sha256';
    case 'ecdsaBrainpoolP384r1':
    case 'ecdsaNistP384':
      return 'sha384';
  }
}

export const selfHashFitsKey = certificateRule({
  id: 'self-hash-fits-key',
  title: 'The hash a self-issued certificate names is the one tied to its key.',
  clause: ieee16092('5.3.1'),
  severity: 'error',
  check({ issuerId, tbs }) {
    const due = hashOf(tbs);
    if (issuerId.kind !== 'self' || due === undefined || issuerId.value === due) return SOUND;
    return found('issuer.self', `is ${issuerId.value}, and the key goes with ${due}`);
  },
  passing: () => certificate('root'),
  failing: () =>
    certificate('root', {
      form: { profile: ieee, issuerId: { kind: 'self', value: 'sha256' }, signature: 'to-come' },
    }),
});
