/** Its own identifier cannot stand in it, and nobody above it keeps a list. */
import { certificate } from '../examples.js';
import { SELF_SIGNED } from '../kinds.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';
import { isZero } from '../walk.js';

export const rootsNameNoCraca = certificateRule({
  id: 'roots-name-no-craca',
  title: 'A root and a TRCLA name no CRACA (000000).',
  clause: ieee16092('6.4.8', 'medium'),
  severity: 'error',
  kinds: SELF_SIGNED,
  check: ({ tbs: { cracaId }, issuerId }) =>
    issuerId.kind !== 'self' || isZero(cracaId) ? SOUND : found('toBeSigned.cracaId', 'is not 000000'),
  passing: () => certificate('root'),
  failing: () => certificate('root', { tbs: { cracaId: Uint8Array.of(1, 2, 3) } }),
});
