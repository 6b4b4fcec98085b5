/** The seeds of an earlier week open that week: published, they link what the device said before it was revoked. */
import { millisFromTime32 } from '#wire/time.js';
import { periodAt } from '../../period.js';
import { EXAMPLE_I, linked, crl } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { crlRule } from '../subject.js';
import { linkedContents, LINKED } from '../walk.js';

/** A list dated a second after the last one, because a clock went back, may lie just over the boundary. */
const SLACK_MILLIS = 5000;

export const linkedCrlIrevIsNotPast = crlRule({
  id: 'linked-crl-irev-is-not-past',
  title: 'The seeds of a CRL are not of a period before the one it is issued in.',
  clause: house('RV8'),
  severity: 'error',
  profiles: ['ccsa'],
  check({ contents, profile }) {
    const list = linkedContents(contents);
    if (list === undefined) return SOUND;
    const now = periodAt(profile.epochMillis, millisFromTime32(contents.issueDate) - SLACK_MILLIS);
    return list.iRev >= now
      ? SOUND
      : found(`${LINKED}.iRev`, `is ${list.iRev}, and the list is issued in period ${now}`);
  },
  passing: () => crl(),
  failing: () => crl({ contents: { typeSpecific: linked({ iRev: EXAMPLE_I - 1 }) } }),
});
