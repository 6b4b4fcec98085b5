/** It says of which series, and for whom, the holder signs lists. */
import { tryDecode } from '#coer/codec.js';
import { CrlSsp } from '#wire/crl.js';
import { ccsa } from '../../profile.js';
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

export const crlSspIsReadable = certificateRule({
  id: 'crl-ssp-is-readable',
  title: 'The SSP of the CRL application is a CrlSsp of version 1 that names a series.',
  clause: ieee16092('type CrlSsp'),
  severity: 'error',
  check({ tbs: { appPermissions }, profile }) {
    const n = appPermissions?.findIndex(({ psid }) => psid === profile.aid.crl) ?? -1;
    const ssp = appPermissions?.[n]?.ssp;
    if (ssp === undefined) return SOUND;
    const decoded = ssp.kind === 'opaque' ? tryDecode(CrlSsp, ssp.value) : undefined;
    const path = `toBeSigned.appPermissions[${n}].ssp`;
    if (!decoded?.ok) return found(path, 'is no CrlSsp');
    if (decoded.value.version !== 1) return found(path, `is of version ${decoded.value.version}`);
    return decoded.value.crls.length > 0 ? SOUND : found(path, 'names no series');
  },
  passing: () => certificate('cra'),
  failing: () =>
    certificate('cra', {
      tbs: ({ appPermissions: [role] = [] }) => ({
        appPermissions: [
          ...(role === undefined ? [] : [role]),
          { psid: ccsa.aid.crl, ssp: { kind: 'opaque', value: Uint8Array.of(0, 1, 0, 1, 0) } },
        ],
      }),
    }),
});
