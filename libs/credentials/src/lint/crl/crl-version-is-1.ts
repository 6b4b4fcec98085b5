/** Another version is another format. */
import { crl } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { crlRule } from '../subject.js';

export const crlVersionIs1 = crlRule({
  id: 'crl-version-is-1',
  title: 'The version of a CRL is 1.',
  clause: ieee16092('type CrlContents'),
  severity: 'error',
  check: ({ contents: { version } }) => (version === 1 ? SOUND : found('version', `is ${version}, not 1`)),
  passing: () => crl(),
  failing: () => crl({ contents: { version: 2 } }),
});
