/** A list that names nobody takes all trust away at the next fetch: that has to be meant. */
import { trcl } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { listRule } from '../subject.js';

export const listIsNotEmpty = listRule({
  id: 'list-is-not-empty',
  title: 'A list names at least one certificate.',
  clause: house('TL4'),
  severity: 'warning',
  check: ({ entries, kind }) =>
    entries.length > 0 ? SOUND : found(kind === 'trcl' ? 'pkiCtlInfoList' : 'pkiCertInfoList', 'is empty'),
  passing: () => trcl(),
  failing: () => trcl({ entries: [] }),
});
