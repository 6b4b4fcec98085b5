/** What the ACA is asked: the granted request without the device, from this moment on. */
import type { Infer } from '#coer/codec.js';
import { encode } from '#coer/codec.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import type { Profile } from '#credentials/profile.js';
import { sm3 } from '#crypto/sm3.js';
import { GeographicRegion, PsidSsp, Uint16 } from '#wire/base-types.js';
import { RaAcaCertRequest } from '#wire/scms-pdu.js';
import { time32FromMillis } from '#wire/time.js';
import type { GrantedApplication } from './application-request.js';

/** A granted request as it waits: what an item is made of. */
export const Wanted = sequence('Wanted', {
  verificationKey: octets('verificationKey', 33),
  answerKey: octets('answerKey', 33),
  permissions: sequenceOf(PsidSsp, 1, 32),
  region: GeographicRegion,
  hours: Uint16,
});
export type Wanted = Infer<typeof Wanted>;

export const wantedOf = (granted: GrantedApplication): Wanted => ({
  verificationKey: granted.verificationKey,
  answerKey: granted.answerKey,
  permissions: [...granted.permissions],
  region: granted.region,
  hours: granted.hours,
});

const AidSet = sequence('AidSet', { permissions: sequenceOf(PsidSsp, 1, 32) });
/** Name of a set of permissions, in the order of their AIDs: 32 bytes. */
export const aidSetOf = (permissions: readonly PsidSsp[]): Uint8Array =>
  sm3(encode(AidSet, { permissions: [...permissions] }));

/** Encoded RaAcaCertRequest of now; the certificate is valid from now on. */
export function itemOf(wanted: Wanted, { profile, nowMillis }: { profile: Profile; nowMillis: number }): Uint8Array {
  const now = time32FromMillis(nowMillis);
  return encode(RaAcaCertRequest, {
    version: profile.scmsVersion,
    generationTime: now,
    flags: new Set<never>(),
    linkageInfo: undefined,
    certEncKey: sm2EncryptionKey(wanted.answerKey),
    tbsCert: {
      id: { kind: 'none', value: null },
      cracaId: new Uint8Array(3),
      crlSeries: 0,
      validityPeriod: { start: now, duration: { kind: 'hours', value: wanted.hours } },
      region: wanted.region,
      appPermissions: wanted.permissions,
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(wanted.verificationKey) },
    },
  });
}
