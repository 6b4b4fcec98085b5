/** The TRCLA is what devices were born with; a TDCL counts only under a root of the TRCL (TL1, TL3). */
import { hashedId8 } from '../../certificate-facts.js';
import { certificateOf, trcl, tdcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';

export const listSignerSignedItself = listRule({
  id: 'list-signer-signed-itself',
  title: 'A list is signed by a TRCLA or a root: a certificate issued by itself.',
  clause: ydt3957('8'),
  severity: 'error',
  needs: 'issuer',
  check: ({ signer }) =>
    signer === undefined || signer.value.issuer.kind === 'self'
      ? SOUND
      : found('issuer', 'was issued by another certificate'),
  passing: () => tdcl(),
  failing: () => {
    const signer = certificateOf('ica');
    return trcl({ signer, issuer: { kind: 'sm3AndDigest', value: hashedId8(signer) } });
  },
});
