/** Another version is another format, and nothing else of it can be relied on. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const versionIs3 = certificateRule({
  id: 'version-is-3',
  title: 'The version is 3.',
  clause: ieee16092('type CertificateBase'),
  severity: 'error',
  check: ({ version }) => (version === 3 ? SOUND : found('version', `is ${version}, not 3`)),
  passing: () => certificate('ica'),
  failing: () => certificate('ica', { form: { version: 2 } }),
});
