/** There is no key of an issuer from which a reconstruction could start. */
import { ieee } from '../../profile.js';
import { certificate, ieeePseudonym } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const selfIssuedIsExplicit = certificateRule({
  id: 'self-issued-is-explicit',
  title: 'A certificate issued by itself is explicit.',
  clause: ieee16092('type IssuerIdentifier', 'medium'),
  severity: 'error',
  profiles: ['ieee'],
  check: ({ type, issuerId }) =>
    issuerId.kind === 'self' && type === 'implicit' ? found('type', 'is implicit, and the issuer is self') : SOUND,
  passing: () => certificate('root', { form: { profile: ieee, kind: 'unknown' } }),
  failing: () => ieeePseudonym({ form: { issuerId: { kind: 'self', value: 'sha256' }, kind: 'unknown' } }),
});
