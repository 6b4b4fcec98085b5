/** One chain twice is expanded twice by every receiver, every week. */
import { linked, oneChain, crl } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { crlRule } from '../subject.js';
import { revokedSeeds, hexKey } from '../walk.js';

export const linkedCrlSeedsAreUnique = crlRule({
  id: 'linked-crl-seeds-are-unique',
  title: 'A pair of seeds stands in a CRL once.',
  clause: house('RV9'),
  severity: 'error',
  check({ contents }) {
    const known = new Set<string>();
    for (const { seeds, laIds, path } of revokedSeeds(contents)) {
      const key = [...seeds, ...laIds].map(hexKey).join();
      if (known.has(key)) return found(path(), 'stands in the list before');
      known.add(key);
    }
    return SOUND;
  },
  passing: () => crl(),
  failing: () =>
    crl({ contents: { typeSpecific: linked({ individual: [...(oneChain() ?? []), ...(oneChain() ?? [])] }) } }),
});
