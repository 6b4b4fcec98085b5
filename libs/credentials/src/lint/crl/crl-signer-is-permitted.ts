/** What the signer's certificate does not say is refused by every receiver. */
import { type CrlContents } from '#wire/crl.js';
import type { Certificate } from '#wire/secured-data.js';
import { hashedId8, isCracaFor } from '../../certificate-facts.js';
import { crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';
import { sameBytes } from '../walk.js';

/** Read off the CrlSsp, for a list that the signer keeps as its own CRACA. */
const names = (contents: CrlContents, signer: Certificate, crlAid: number): boolean =>
  isCracaFor(signer, crlAid, contents.crlSeries);

export const crlSignerIsPermitted = crlRule({
  id: 'crl-signer-is-permitted',
  title: 'Who signs as its own CRACA is permitted the series by its CrlSsp.',
  clause: ieee16092('type CrlSsp'),
  severity: 'error',
  needs: 'issuer',
  profiles: ['ccsa'],
  check({ contents, signer, profile }) {
    if (signer === undefined || !sameBytes(contents.crlCraca, hashedId8(signer))) return SOUND;
    return names(contents, signer, profile.aid.crl)
      ? SOUND
      : found('crlSeries', `is ${contents.crlSeries}, and the signer’s CrlSsp does not name it`);
  },
  passing: () => crl(),
  failing: () => crl({ contents: { crlSeries: 9 } }),
});
