/** A root under another root is a bridge: the chain goes on above it, and a reader must know. */
import { certificate } from '../examples.js';
import { SELF_SIGNED } from '../kinds.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const rootsSignThemselves = certificateRule({
  id: 'roots-sign-themselves',
  title: 'A root and a TRCLA are issued by themselves.',
  clause: ydt3957('8'),
  severity: 'warning',
  kinds: SELF_SIGNED,
  check: ({ issuerId }) =>
    issuerId.kind === 'self' ? SOUND : found('issuer', 'is another certificate, and this is a root'),
  passing: () => certificate('root'),
  failing: () =>
    certificate('root', { form: { issuerId: { kind: 'sm3AndDigest', value: new Uint8Array(8).fill(7) } } }),
});
