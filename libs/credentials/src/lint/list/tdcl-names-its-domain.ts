/** A root's word on another root's CAs is worth nothing (TL3). */
import { hashedId8, idKey } from '../../certificate-facts.js';
import { certificateOf, entryOf, tdcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';

export const tdclNamesItsDomain = listRule({
  id: 'tdcl-names-its-domain',
  title: 'Each certificate of a TDCL was issued by the root that signs it, or by another of the list.',
  clause: ydt3957('8.6'),
  severity: 'error',
  kinds: ['tdcl'],
  check({ entries, issuer }) {
    const known = new Set(entries.map(({ certificate }) => idKey(hashedId8(certificate))));
    if (issuer.kind !== 'self') known.add(idKey(issuer.value));
    return entries.flatMap(({ certificate, path }) => {
      const named = certificate.value.issuer;
      if (named.kind === 'self') return SOUND;
      return known.has(idKey(named.value)) ? SOUND : found(path, 'was issued outside this domain');
    });
  },
  passing: () => tdcl(),
  failing: () => tdcl({ entries: [entryOf(certificateOf('pca'))] }),
});
