/** The fields of the 2022 edition of IEEE 1609.2 are not in YD/T 3957: its readers pass over what they mean. */
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const ccsaHasNoAdditions = certificateRule({
  id: 'ccsa-has-no-additions',
  title: 'The certificate has no fields of IEEE 1609.2-2022 behind the extension marker.',
  clause: ydt3957('annex C, ToBeSignedCertificate'),
  severity: 'error',
  profiles: ['ccsa'],
  check({ tbs: { flags, appExtensions, certIssueExtensions, certRequestExtension } }) {
    const isNone =
      flags === undefined &&
      appExtensions === undefined &&
      certIssueExtensions === undefined &&
      certRequestExtension === undefined;
    return isNone ? SOUND : found('toBeSigned', 'has additions of another edition');
  },
  passing: () => certificate('pca'),
  failing: () => certificate('pca', { tbs: { flags: new Set(['usesCubk'] as const) } }),
});
