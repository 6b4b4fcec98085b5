/** As for keys: one family of algorithms. */
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const ccsaIssuerIsNamedBySm3 = certificateRule({
  id: 'ccsa-issuer-is-named-by-sm3',
  title: 'The issuer is named by SM3.',
  clause: ydt3957('annex C, IssuerIdentifier'),
  severity: 'error',
  profiles: ['ccsa'],
  check({ issuerId }) {
    if (issuerId.kind === 'sm3AndDigest' || (issuerId.kind === 'self' && issuerId.value === 'sm3')) return SOUND;
    return found('issuer', `is named by ${issuerId.kind === 'self' ? issuerId.value : issuerId.kind}`);
  },
  passing: () => certificate('pc'),
  failing: () =>
    certificate('pc', {
      form: { issuerId: { kind: 'sha256AndDigest', value: new Uint8Array(8).fill(7) }, signature: 'to-come' },
    }),
});
