/** Another version is another format. */
import { trcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';

export const listVersionIs1 = listRule({
  id: 'list-version-is-1',
  title: 'The version of a list is 1.',
  clause: ydt3957('annex C, CTL'),
  severity: 'error',
  check: ({ version }) => (version === 1 ? SOUND : found('version', `is ${version}, not 1`)),
  passing: () => trcl(),
  failing: () => trcl({ version: 2 }),
});
