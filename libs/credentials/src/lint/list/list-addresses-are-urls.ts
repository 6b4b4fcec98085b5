/** An address that leads nowhere is noticed only by those who need it. */
import { certificateOf, entryOf, trcl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { listRule } from '../subject.js';

const URL_FORM = /^https?:\/\/[^\s/?#]+[^\s]*$/;

export const listAddressesAreUrls = listRule({
  id: 'list-addresses-are-urls',
  title: 'The addresses in a list are URLs of http or https.',
  clause: ydt3957('annex C, CTL', 'low'),
  severity: 'warning',
  check: ({ entries }) =>
    entries.flatMap(({ urls, path }) =>
      urls.every((url) => URL_FORM.test(url)) ? SOUND : found(path, 'has an address that is no URL of http or https'),
    ),
  passing: () => trcl(),
  failing: () => trcl({ entries: [entryOf(certificateOf('root'), 0, ['tcmf.example/tdcl'])] }),
});
