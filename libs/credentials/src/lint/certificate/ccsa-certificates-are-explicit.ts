/** YD/T 3957 calls the value 1 of CertificateType reserved. */
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const ccsaCertificatesAreExplicit = certificateRule({
  id: 'ccsa-certificates-are-explicit',
  title: 'Certificates are explicit.',
  clause: ydt3957('annex C, CertificateType'),
  severity: 'error',
  profiles: ['ccsa'],
  check: ({ type }) => (type === 'explicit' ? SOUND : found('type', 'is implicit, which is reserved')),
  passing: () => certificate('pc'),
  failing: () => certificate('pc', { form: { type: 'implicit' } }),
});
