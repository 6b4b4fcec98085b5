/** Two contents under one number are two answers to one question. */
import { ieeeApplication } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

const LISTS = ['appExtensions', 'certIssueExtensions', 'certRequestExtension'] as const;

export const extensionIdsAreUnique = certificateRule({
  id: 'extension-ids-are-unique',
  title: 'An extension stands in a list once.',
  clause: ieee16092('type SequenceOfAppExtensions', 'medium'),
  severity: 'error',
  profiles: ['ieee'],
  check({ tbs }) {
    for (const name of LISTS) {
      const ids = tbs[name]?.map(({ id }) => id);
      if (ids !== undefined && new Set(ids).size !== ids.length) return found(`toBeSigned.${name}`, 'has an id twice');
    }
    return SOUND;
  },
  passing: () => ieeeApplication({ tbs: { appExtensions: [{ id: 1, content: new Uint8Array(0) }] } }),
  failing: () =>
    ieeeApplication({
      tbs: {
        appExtensions: [
          { id: 1, content: new Uint8Array(0) },
          { id: 1, content: new Uint8Array(0) },
        ],
      },
    }),
});
