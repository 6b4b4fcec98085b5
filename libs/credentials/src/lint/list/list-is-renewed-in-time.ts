/** What was taken off a list stays trusted by those who hold the last one, until its end. */
import { trcl } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { listRule } from '../subject.js';

const YEARS = 10;

export const listIsRenewedInTime = listRule({
  id: 'list-is-renewed-in-time',
  title: 'A list ends within ten years.',
  clause: house('TL2'),
  severity: 'warning',
  check: ({ issueDate, nextUpdate }) =>
    nextUpdate - issueDate <= YEARS * 31_622_400
      ? SOUND
      : found('nextUpdate', `is more than ${YEARS} years after issueDate`),
  passing: () => trcl(),
  failing: () => {
    const { issueDate } = trcl();
    return trcl({ nextUpdate: issueDate + 11 * 31_622_400 });
  },
});
