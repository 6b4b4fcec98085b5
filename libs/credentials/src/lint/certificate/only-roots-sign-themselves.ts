/** Whoever signs itself is trusted for being on a list, never for saying so. */
import { certificate } from '../examples.js';
import { SELF_SIGNED } from '../kinds.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const onlyRootsSignThemselves = certificateRule({
  id: 'only-roots-sign-themselves',
  title: 'Only a root or a TRCLA is issued by itself.',
  clause: ieee16092('type IssuerIdentifier'),
  severity: 'error',
  check: ({ kind, issuerId }) =>
    issuerId.kind !== 'self' || SELF_SIGNED.includes(kind) || kind === 'unknown'
      ? SOUND
      : found('issuer', `is self, and this is a certificate of kind ${kind}`),
  passing: () => certificate('root'),
  failing: () => certificate('eca', { form: { issuerId: { kind: 'self', value: 'sm3' } } }),
});
