/** A list signed by a device would revoke whom the device likes. */
import { ccsa } from '../../profile.js';
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const deviceSignsNoCrl = certificateRule({
  id: 'device-signs-no-crl',
  title: 'Only a root, a TRCLA, an ICA and a CRA have the CRL application.',
  clause: ydt3957('7.5'),
  severity: 'error',
  kinds: ['ec', 'ac', 'identity', 'eca', 'pca', 'aca', 'pra', 'ara', 'la', 'ma', 'aaa'],
  check({ kind, tbs: { appPermissions = [] }, profile: { aid } }) {
    // Of an enrolment certificate another rule says that it has one application only.
    const n = kind === 'ec' ? -1 : appPermissions.findIndex(({ psid }) => psid === aid.crl);
    return n < 0
      ? SOUND
      : found(`toBeSigned.appPermissions[${n}].psid`, `is ${aid.crl}, of a certificate of kind ${kind}`);
  },
  passing: () => certificate('pra'),
  failing: () =>
    certificate('pra', {
      tbs: ({ appPermissions = [] }) => ({ appPermissions: [...appPermissions, { psid: ccsa.aid.crl }] }),
    }),
});
