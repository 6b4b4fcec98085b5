/** A list for somebody else's series is nobody's list. */
import { hashedId8 } from '../../certificate-facts.js';
import { crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';
import { sameBytes } from '../walk.js';

export const crlCracaIsSignerOrItsIssuer = crlRule({
  id: 'crl-craca-is-signer-or-its-issuer',
  title: 'The CRACA of a CRL is its signer, or the signer’s issuer.',
  clause: ieee16092('type CrlSsp'),
  severity: 'error',
  needs: 'issuer',
  profiles: ['ccsa'],
  check({ contents: { crlCraca }, signer }) {
    if (signer === undefined || sameBytes(crlCraca, hashedId8(signer))) return SOUND;
    const { issuer } = signer.value;
    return issuer.kind !== 'self' && sameBytes(crlCraca, issuer.value)
      ? SOUND
      : found('crlCraca', 'is neither the signer nor its issuer');
  },
  passing: () => crl(),
  failing: () => crl({ contents: { crlCraca: new Uint8Array(8).fill(9) } }),
});
