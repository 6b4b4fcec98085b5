/** A message under an enrolment certificate would be under the one key that a vehicle keeps for years. */
import { ccsa } from '../../profile.js';
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const enrolmentIsNotForTheRoad = certificateRule({
  id: 'enrolment-is-not-for-the-road',
  title: 'An enrolment certificate has the management application and no other.',
  clause: ydt3957('7.1'),
  severity: 'error',
  kinds: ['ec'],
  check: ({ tbs: { appPermissions = [] }, profile }) =>
    appPermissions.flatMap(({ psid }, n) =>
      psid === profile.aid.management ? SOUND : found(`toBeSigned.appPermissions[${n}].psid`, `is ${psid}`),
    ),
  passing: () => certificate('ec'),
  failing: () =>
    certificate('ec', {
      tbs: ({ appPermissions = [] }) => ({ appPermissions: [...appPermissions, { psid: ccsa.aid.bsm }] }),
    }),
});
