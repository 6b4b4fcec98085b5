/** Another version is another format. */
import { spdu } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { spduRule } from '../subject.js';

export const spduVersionIs3 = spduRule({
  id: 'spdu-version-is-3',
  title: 'The protocol version is 3.',
  clause: ieee16092('type Ieee1609Dot2Data'),
  severity: 'error',
  check: ({ protocolVersion }) =>
    protocolVersion === 3 ? SOUND : found('protocolVersion', `is ${protocolVersion}, not 3`),
  passing: () => spdu(),
  failing: () => spdu({ form: { protocolVersion: 2 } }),
});
