/** `all` means whatever no other entry names: two of them are two meanings. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

const LISTS = ['certIssuePermissions', 'certRequestPermissions'] as const;

export const allStandsOnce = certificateRule({
  id: 'all-stands-once',
  title: 'A permission list has one entry of `all` at most.',
  clause: ieee16092('6.4.8'),
  severity: 'error',
  check({ tbs }) {
    for (const name of LISTS) {
      const alls = tbs[name]?.filter(({ subjectPermissions }) => subjectPermissions.kind === 'all').length ?? 0;
      if (alls > 1) return found(`toBeSigned.${name}`, `has ${alls} entries of all`);
    }
    return SOUND;
  },
  passing: () => certificate('root'),
  failing: () =>
    certificate('root', {
      tbs: ({ certIssuePermissions: list = [] }) => ({ certIssuePermissions: [...list.slice(0, 1), ...list] }),
    }),
});
