/** Between two lists nobody hears of a revocation. */
import { crl } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { crlRule } from '../subject.js';

const DAYS = 40;

export const crlIsRenewedInTime = crlRule({
  id: 'crl-is-renewed-in-time',
  title: 'A CRL is followed by the next within forty days.',
  clause: house('RV10'),
  severity: 'notice',
  check: ({ contents: { issueDate, nextCrl } }) =>
    nextCrl - issueDate <= DAYS * 86_400 ? SOUND : found('nextCrl', `is more than ${DAYS} days after issueDate`),
  passing: () => crl(),
  failing: () => {
    const { contents } = crl();
    return crl({ contents: { nextCrl: contents.issueDate + 365 * 86_400 } });
  },
});
