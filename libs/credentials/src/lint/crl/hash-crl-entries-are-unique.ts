/** A certificate twice is an entry that was made twice. */
import { hashList, crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';
import { hexKey } from '../walk.js';

export const hashCrlEntriesAreUnique = crlRule({
  id: 'hash-crl-entries-are-unique',
  title: 'A certificate stands in a CRL by hash once.',
  clause: ieee16092('type ToBeSignedHashIdCrl', 'medium'),
  severity: 'error',
  check({ contents: { typeSpecific } }) {
    if (typeSpecific.kind !== 'fullHashCrl' && typeSpecific.kind !== 'deltaHashCrl') return SOUND;
    const known = new Set<string>();
    for (const [n, { id }] of typeSpecific.value.entries.entries()) {
      if (known.has(hexKey(id))) return found(`typeSpecific.entries[${n}].id`, 'stands in the list before');
      known.add(hexKey(id));
    }
    return SOUND;
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
          [1, 86_400],
          [1, 86_400],
        ]),
      },
    }),
});
