/** It says that a CA answers with compact unified butterfly keys, and of anybody else nothing. */
import { ieeePseudonym } from '../examples.js';
import { ISSUERS } from '../kinds.js';
import { SOUND, found, ieee160921 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const cubkIsForAuthorities = certificateRule({
  id: 'cubk-is-for-authorities',
  title: 'usesCubk stands in certificates of CAs alone.',
  clause: ieee160921('9.3.4.2'),
  severity: 'warning',
  profiles: ['ieee'],
  check: ({ kind, tbs: { flags } }) =>
    flags?.has('usesCubk') === true && !ISSUERS.includes(kind)
      ? found('toBeSigned.flags', `has usesCubk, and this is a certificate of kind ${kind}`)
      : SOUND,
  passing: () => ieeePseudonym(),
  failing: () => ieeePseudonym({ tbs: { flags: new Set(['usesCubk'] as const) } }),
});
