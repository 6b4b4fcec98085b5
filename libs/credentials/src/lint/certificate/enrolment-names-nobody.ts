/** Every PRA reads it: a name in it would be the vehicle's. */
import { certificate } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { certificateRule } from '../subject.js';

export const enrolmentNamesNobody = certificateRule({
  id: 'enrolment-names-nobody',
  title: 'An enrolment certificate names nobody.',
  clause: house('PV1'),
  severity: 'warning',
  kinds: ['ec'],
  profiles: ['ccsa'],
  check: ({ tbs: { id } }) => (id.kind === 'name' ? found('toBeSigned.id', 'is a name') : SOUND),
  passing: () => certificate('ec'),
  failing: () => certificate('ec', { tbs: { id: { kind: 'name', value: 'car-17.example' } } }),
});
