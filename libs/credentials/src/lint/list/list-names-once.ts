/** One certificate in two entries has two addresses. */
import { hashedId8, idKey } from '../../certificate-facts.js';
import { certificateOf, entryOf, trcl, tdcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';

export const listNamesOnce = listRule({
  id: 'list-names-once',
  title: 'A certificate stands in a list once.',
  clause: ydt3957('8', 'low'),
  severity: 'error',
  check({ entries }) {
    const known = new Set<string>();
    return entries.flatMap(({ certificate, path }) => {
      const key = idKey(hashedId8(certificate));
      if (known.has(key)) return found(path, 'stands in the list before');
      known.add(key);
      return SOUND;
    });
  },
  passing: () => tdcl(),
  failing: () => trcl({ entries: [entryOf(certificateOf('root')), entryOf(certificateOf('root'), 1)] }),
});
