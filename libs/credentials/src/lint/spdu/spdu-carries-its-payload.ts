/** A hash alone has to be matched with data that came some other way. */
import { spdu } from '../examples.js';
import { SOUND, found, gbt45315 } from '../rule.js';
import { spduRule } from '../subject.js';

export const spduCarriesItsPayload = spduRule({
  id: 'spdu-carries-its-payload',
  title: 'The payload stands in the message.',
  clause: gbt45315('7.4'),
  severity: 'notice',
  check: ({ signed }) =>
    signed.tbsData.value.payload.data === undefined ? found('tbsData.payload.data', 'is absent') : SOUND,
  passing: () => spdu(),
  failing: () => spdu({ payload: { extDataHash: { kind: 'sm3HashedData', value: new Uint8Array(32) } } }),
});
