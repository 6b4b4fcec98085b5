/** In order two lists can be compared, and the order tells nothing of who was revoked when. */
import { hashList, crl } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { crlRule } from '../subject.js';

export const hashCrlEntriesAreInOrder = crlRule({
  id: 'hash-crl-entries-are-in-order',
  title: 'The entries of a CRL by hash stand in the order of their identifiers.',
  clause: house('RV8'),
  severity: 'notice',
  check({ contents: { typeSpecific } }) {
    if (typeSpecific.kind !== 'fullHashCrl' && typeSpecific.kind !== 'deltaHashCrl') return SOUND;
    const { entries } = typeSpecific.value;
    const n = entries.findIndex(({ id }, at) => at > 0 && Buffer.compare(entries[at - 1]?.id ?? id, id) > 0);
    return n < 0 ? SOUND : found(`typeSpecific.entries[${n}].id`, 'is below the one before');
  },
  passing: () =>
    crl({
      contents: {
        typeSpecific: hashList([
          [1, 86_400],
          [2, 86_400],
        ]),
      },
    }),
  failing: () =>
    crl({
      contents: {
        typeSpecific: hashList([
          [2, 86_400],
          [1, 86_400],
        ]),
      },
    }),
});
