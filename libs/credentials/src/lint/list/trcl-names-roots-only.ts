/** A company's CA on the list of roots would be above its own root; it joins through that root's TDCL. */
import { scmsRoleOf } from '../../certificate-facts.js';
import { certificateOf, entryOf, trcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';

export const trclNamesRootsOnly = listRule({
  id: 'trcl-names-roots-only',
  title: 'A TRCL names roots: issued by themselves, with the role of a root.',
  clause: ydt3957('8.5'),
  severity: 'error',
  kinds: ['trcl'],
  check: ({ entries, profile }) =>
    entries.flatMap(({ certificate, path }) => {
      if (certificate.value.issuer.kind !== 'self') return found(path, 'was issued by another certificate');
      return scmsRoleOf(certificate, profile.aid.management)?.kind === 'root'
        ? SOUND
        : found(path, 'does not have the role of a root');
    }),
  passing: () => trcl(),
  failing: () => trcl({ entries: [entryOf(certificateOf('ica'))] }),
});
