/** A list without an end would be trusted for ever (TL2). */
import { tdcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';

export const listEndsAfterItBegins = listRule({
  id: 'list-ends-after-it-begins',
  title: 'The next list is later than this one.',
  clause: ydt3957('8'),
  severity: 'error',
  check: ({ issueDate, nextUpdate }) =>
    nextUpdate > issueDate ? SOUND : found('nextUpdate', 'is not later than issueDate'),
  passing: () => tdcl(),
  failing: () => {
    const { issueDate } = tdcl();
    return tdcl({ nextUpdate: issueDate });
  },
});
