/** A message that had expired when it was made is dropped by everybody. */
import { time64FromMillis } from '#wire/time.js';
import { GENERATED_MILLIS, spdu } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { spduRule } from '../subject.js';

export const spduExpiresAfterGeneration = spduRule({
  id: 'spdu-expires-after-generation',
  title: 'The expiry time is later than the generation time.',
  clause: ieee16092('type HeaderInfo'),
  severity: 'error',
  check({ signed }) {
    const { generationTime, expiryTime } = signed.tbsData.value.headerInfo;
    return generationTime === undefined || expiryTime === undefined || expiryTime > generationTime
      ? SOUND
      : found('tbsData.headerInfo.expiryTime', 'is not later than generationTime');
  },
  passing: () => spdu({ header: { expiryTime: time64FromMillis(GENERATED_MILLIS + 1000) } }),
  failing: () => spdu({ header: { expiryTime: time64FromMillis(GENERATED_MILLIS) } }),
});
