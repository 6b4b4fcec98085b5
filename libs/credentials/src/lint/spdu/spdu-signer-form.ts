/** Nobody signs a message of the road for itself, and of several certificates a receiver reads the first. */
import { spdu } from '../examples.js';
import { SOUND, found, gbt45315 } from '../rule.js';
import { spduRule } from '../subject.js';

export const spduSignerForm = spduRule({
  id: 'spdu-signer-form',
  title: 'The signer is named by digest or by exactly one certificate.',
  clause: gbt45315('7.4'),
  severity: 'error',
  check({ signed: { signer } }) {
    if (signer.kind === 'digest') return SOUND;
    if (signer.kind !== 'certificate') return found('signer', `is ${signer.kind}`);
    return signer.value.length === 1 ? SOUND : found('signer.certificate', `has ${signer.value.length} certificates`);
  },
  passing: () => spdu(),
  failing: () => spdu({ signed: { signer: { kind: 'self', value: null } } }),
});
