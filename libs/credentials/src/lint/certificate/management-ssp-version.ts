/** The version belongs to the edition of the messages that the holder speaks. */
import { roleOf } from '../../certificate-kind.js';
import { ccsa } from '../../profile.js';
import { certificate } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

const VERSIONS = { ccsa: [1], ieee: [1, 2] } as const;

export const managementSspVersion = certificateRule({
  id: 'management-ssp-version',
  title: 'The version in the SSP of the management application is the profile’s.',
  clause: ydt3957('annex C, ScmsSsp'),
  severity: 'warning',
  check({ tbs: { appPermissions }, profile }) {
    const n = appPermissions?.findIndex(({ psid }) => psid === profile.aid.management) ?? -1;
    const permission = appPermissions?.[n];
    if (permission?.ssp?.kind !== 'opaque' || roleOf(permission, profile) === undefined) return SOUND;
    // In every alternative but the elector's the version stands behind the choice and an empty preamble.
    const version = permission.ssp.value[2] ?? 0;
    return VERSIONS[profile.name].some((one) => one === version)
      ? SOUND
      : found(`toBeSigned.appPermissions[${n}].ssp`, `is of version ${version}`);
  },
  passing: () => certificate('pca'),
  failing: () =>
    certificate('pca', {
      tbs: {
        appPermissions: [{ psid: ccsa.aid.management, ssp: { kind: 'opaque', value: Uint8Array.of(0x87, 0, 9) } }],
      },
    }),
});
