/** Left out, a root is valid all over the world. */
import { certificate } from '../examples.js';
import { SELF_SIGNED } from '../kinds.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const rootNamesItsRegion = certificateRule({
  id: 'root-names-its-region',
  title: 'A root and a TRCLA name their region.',
  clause: ieee16092('6.4.8'),
  severity: 'notice',
  kinds: SELF_SIGNED,
  check: ({ tbs: { region } }) =>
    region === undefined ? found('toBeSigned.region', 'is absent: valid everywhere') : SOUND,
  passing: () => certificate('root'),
  failing: () => certificate('root', { tbs: { region: undefined } }),
});
