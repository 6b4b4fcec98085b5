/** Roots are trusted for standing on the TRCL, and never for standing here. */
import { certificateOf, entryOf, tdcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';

export const tdclNamesNoRoot = listRule({
  id: 'tdcl-names-no-root',
  title: 'A TDCL names no certificate that was issued by itself.',
  clause: ydt3957('8.6'),
  severity: 'error',
  kinds: ['tdcl'],
  check: ({ entries }) =>
    entries.flatMap(({ certificate, path }) =>
      certificate.value.issuer.kind === 'self' ? found(path, 'was issued by itself') : SOUND,
    ),
  passing: () => tdcl(),
  failing: () => tdcl({ entries: [entryOf(certificateOf('root'))] }),
});
