/** Lines, lists and people know an authority by its host name. */
import { certificate } from '../examples.js';
import { AUTHORITIES } from '../kinds.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const authorityHasName = certificateRule({
  id: 'authority-has-name',
  title: 'An authority has a name.',
  clause: ydt3957('6.5', 'low'),
  severity: 'warning',
  kinds: AUTHORITIES,
  check: ({ tbs: { id } }) => (id.kind === 'name' ? SOUND : found('toBeSigned.id', `is ${id.kind}`)),
  passing: () => certificate('pra'),
  failing: () => certificate('pra', { tbs: { id: { kind: 'none', value: null } } }),
});
