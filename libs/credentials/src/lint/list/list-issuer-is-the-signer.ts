/** Under another name the signature is looked for at somebody else. */
import { hashedId8 } from '../../certificate-facts.js';
import { trcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';
import { sameBytes } from '../walk.js';

export const listIssuerIsTheSigner = listRule({
  id: 'list-issuer-is-the-signer',
  title: 'The issuer a list names is its signer.',
  clause: ydt3957('annex C, CTL'),
  severity: 'error',
  needs: 'issuer',
  check: ({ issuer, signer }) =>
    signer === undefined || (issuer.kind === 'sm3AndDigest' && sameBytes(issuer.value, hashedId8(signer)))
      ? SOUND
      : found('issuer', 'is not the HashedId8 of the signer’s certificate'),
  passing: () => trcl(),
  failing: () => {
    const { issuer } = trcl();
    return trcl({ issuer: issuer.kind === 'self' ? issuer : { ...issuer, value: new Uint8Array(8) } });
  },
});
