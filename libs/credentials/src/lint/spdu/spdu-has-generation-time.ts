/** Without it nobody can tell a message from its repetition. */
import { spdu } from '../examples.js';
import { SOUND, found, gbt45315 } from '../rule.js';
import { spduRule } from '../subject.js';

/** Messages of the PKI and reports have their own rules for times. */
const isOfTheRoad = (psid: number, aid: { management: number; crl: number; misbehaviour: number }): boolean =>
  psid !== aid.management && psid !== aid.crl && psid !== aid.misbehaviour;

export const spduHasGenerationTime = spduRule({
  id: 'spdu-has-generation-time',
  title: 'A message of the road has a generation time.',
  clause: gbt45315('7.4'),
  severity: 'error',
  check({ signed, profile }) {
    const { psid, generationTime } = signed.tbsData.value.headerInfo;
    return generationTime === undefined && isOfTheRoad(psid, profile.aid)
      ? found('tbsData.headerInfo.generationTime', 'is absent')
      : SOUND;
  },
  passing: () => spdu(),
  failing: () => spdu({ header: { generationTime: undefined } }),
});
