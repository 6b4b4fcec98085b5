/** A receiver steps a seed once for each period, and stops somewhere. */
import { EXAMPLE_I, linked, oneChain, crl } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { crlRule } from '../subject.js';
import { revokedSeeds, linkedContents } from '../walk.js';

/** Three years: what devices have in store at most. */
const LONGEST_WALK = 156;

export const linkedCrlWalksAreShort = crlRule({
  id: 'linked-crl-walks-are-short',
  title: 'iMax is not more than 156 periods after iRev.',
  clause: house('RV7'),
  severity: 'warning',
  check({ contents }) {
    const list = linkedContents(contents);
    if (list === undefined) return SOUND;
    for (const { iMax, path } of revokedSeeds(contents))
      if (iMax - list.iRev > LONGEST_WALK) return found(path(), `goes on for ${iMax - list.iRev} periods`);
    return SOUND;
  },
  passing: () => crl(),
  failing: () => crl({ contents: { typeSpecific: linked({ individual: oneChain({ iMax: EXAMPLE_I + 157 }) }) } }),
});
