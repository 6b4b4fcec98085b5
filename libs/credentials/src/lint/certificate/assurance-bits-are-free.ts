/** Three bits of level, two of confidence; the three between them are reserved. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

const RESERVED = 0b0001_1100;

export const assuranceBitsAreFree = certificateRule({
  id: 'assurance-bits-are-free',
  title: 'The reserved bits of the assurance level are zero.',
  clause: ieee16092('6.4.27'),
  severity: 'error',
  check: ({ tbs: { assuranceLevel } }) =>
    ((assuranceLevel?.[0] ?? 0) & RESERVED) === 0 ? SOUND : found('toBeSigned.assuranceLevel', 'has reserved bits set'),
  passing: () => certificate('ica', { tbs: { assuranceLevel: Uint8Array.of(0b1110_0011) } }),
  failing: () => certificate('ica', { tbs: { assuranceLevel: Uint8Array.of(0b0000_0100) } }),
});
