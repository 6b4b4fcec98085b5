/** What has expired, or has not begun, helps no receiver. */
import { millisFromTime32 } from '#wire/time.js';
import { isValidAt } from '../../period.js';
import { certificateOf, entryOf, trcl, tdcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';

export const listNamesWhatIsValid = listRule({
  id: 'list-names-what-is-valid',
  title: 'The certificates of a list are valid when it is issued.',
  clause: ydt3957('8', 'low'),
  severity: 'warning',
  check: ({ entries, issueDate }) =>
    entries.flatMap(({ certificate, path }) =>
      isValidAt(certificate.value.toBeSigned.value.validityPeriod, millisFromTime32(issueDate))
        ? SOUND
        : found(path, 'is not valid at issueDate'),
    ),
  passing: () => tdcl(),
  failing: () => {
    const { validityPeriod } = certificateOf('root').value.toBeSigned.value;
    return trcl({
      entries: [
        entryOf(
          certificateOf('root', {
            tbs: { validityPeriod: { ...validityPeriod, start: 0xf000_0000, duration: { kind: 'hours', value: 1 } } },
          }),
        ),
      ],
    });
  },
});
