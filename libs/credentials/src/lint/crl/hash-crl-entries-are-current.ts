/** What has expired is refused anyway; it is taken off the list. */
import { hashList, crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';

export const hashCrlEntriesAreCurrent = crlRule({
  id: 'hash-crl-entries-are-current',
  title: 'A certificate on a CRL by hash has not expired when the list is issued.',
  clause: ieee16092('type HashBasedRevocationInfo'),
  severity: 'warning',
  check({ contents: { typeSpecific, issueDate } }) {
    if (typeSpecific.kind !== 'fullHashCrl' && typeSpecific.kind !== 'deltaHashCrl') return SOUND;
    const n = typeSpecific.value.entries.findIndex(({ expiry }) => expiry < issueDate);
    return n < 0 ? SOUND : found(`typeSpecific.entries[${n}].expiry`, 'lies before issueDate');
  },
  passing: () => crl({ contents: { typeSpecific: hashList([[1, 86_400]]) } }),
  failing: () => crl({ contents: { typeSpecific: hashList([[1, -1]]) } }),
});
