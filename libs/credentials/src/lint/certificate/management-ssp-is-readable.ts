/** Who is who in the PKI stands in this SSP alone. */
import { roleOf } from '../../certificate-kind.js';
import { ccsa } from '../../profile.js';
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const managementSspIsReadable = certificateRule({
  id: 'management-ssp-is-readable',
  title: 'The SSP of the management application is an ScmsSsp (YD/T 3957) or SecurityMgmtSsp (IEEE 1609.2.1).',
  clause: ydt3957('annex C, ScmsSsp'),
  severity: 'error',
  check({ tbs, profile }) {
    const n = tbs.appPermissions?.findIndex(({ psid }) => psid === profile.aid.management) ?? -1;
    const permission = tbs.appPermissions?.[n];
    if (permission === undefined || roleOf(permission, profile) !== undefined) return SOUND;
    return found(`toBeSigned.appPermissions[${n}].ssp`, 'does not say which part of the PKI this is');
  },
  passing: () => certificate('la'),
  failing: () =>
    certificate('la', {
      tbs: { appPermissions: [{ psid: ccsa.aid.management, ssp: { kind: 'opaque', value: Uint8Array.of(1) } }] },
    }),
});
