/** A receiver refuses the list, and goes on with the one before. */
import { crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';

export const crlEndsAfterItBegins = crlRule({
  id: 'crl-ends-after-it-begins',
  title: 'nextCrl is later than issueDate.',
  clause: ieee16092('7.3.2'),
  severity: 'error',
  check: ({ contents: { issueDate, nextCrl } }) =>
    nextCrl > issueDate ? SOUND : found('nextCrl', 'is not later than issueDate'),
  passing: () => crl(),
  failing: () => {
    const { contents } = crl();
    return crl({ contents: { nextCrl: contents.issueDate } });
  },
});
