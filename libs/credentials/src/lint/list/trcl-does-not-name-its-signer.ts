/** On its own list the TRCLA would be a root of certificates. */
import { hashedId8 } from '../../certificate-facts.js';
import { certificateOf, entryOf, trcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';
import { sameBytes } from '../walk.js';

export const trclDoesNotNameItsSigner = listRule({
  id: 'trcl-does-not-name-its-signer',
  title: 'A TRCL does not name the TRCLA that signs it.',
  clause: ydt3957('8.5', 'low'),
  severity: 'error',
  kinds: ['trcl'],
  needs: 'issuer',
  check: ({ entries, signer }) =>
    entries.flatMap(({ certificate, path }) =>
      signer !== undefined && sameBytes(hashedId8(certificate), hashedId8(signer))
        ? found(path, 'is the signer')
        : SOUND,
    ),
  passing: () => trcl(),
  failing: () => trcl({ entries: [entryOf(certificateOf('trcla'))] }),
});
