/** A certificate that names another issuer than the one that signs verifies under neither. */
import { hashedId8 } from '../../certificate-facts.js';
import { issued } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { sameBytes } from '../walk.js';

export const issuerIsTheNamedOne = certificateRule({
  id: 'issuer-is-the-named-one',
  title: 'The issuer it names is the issuer that is given.',
  clause: ieee16092('type IssuerIdentifier'),
  severity: 'error',
  needs: 'issuer',
  check: ({ issuerId, issuer }) =>
    issuer === undefined || issuerId.kind !== 'sm3AndDigest' || sameBytes(issuerId.value, hashedId8(issuer))
      ? SOUND
      : found('issuer', 'is not the HashedId8 of the issuer’s certificate'),
  passing: () => issued('pc'),
  failing: () => issued('pc', { form: { issuerId: { kind: 'sm3AndDigest', value: new Uint8Array(8).fill(7) } } }),
});
