/** MA → CRA, in an approved case: put these chains on the CRL, from the period of their seeds on; or these certificates. */
import type { Infer } from '#coer/codec.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { Approval } from '#credentials/approval.js';
import { defineEdge } from '#edge/edge.js';
import { HashedId10, IValue, LaId, LinkageSeed, Time32, Uint32, Uint8 } from '#wire/base-types.js';

/** `la2Id` and `seed2` are there together or not at all: not in a domain with one LA. */
export const RevokedChain = sequence('RevokedChain', {
  iRev: IValue,
  iMax: IValue,
  jMax: Uint8,
  la1Id: LaId,
  seed1: LinkageSeed,
  la2Id: optional(LaId),
  seed2: optional(LinkageSeed),
});
export type RevokedChain = Infer<typeof RevokedChain>;
export const RevokeDevice = sequence('RevokeDevice', { approval: Approval, chains: sequenceOf(RevokedChain, 1, 64) });
export type RevokeDevice = Infer<typeof RevokeDevice>;

/** An explicit certificate, and when it would have ended. */
export const RevokedCertificate = sequence('RevokedCertificate', { id: HashedId10, expiry: Time32 });
export type RevokedCertificate = Infer<typeof RevokedCertificate>;
export const RevokeCertificates = sequence('RevokeCertificates', {
  approval: Approval,
  certificates: sequenceOf(RevokedCertificate, 1, 64),
});
export type RevokeCertificates = Infer<typeof RevokeCertificates>;

/** Number of the list that has them: issued, or the next to come when lists follow each other too fast. */
export const DeviceRevoked = sequence('DeviceRevoked', { crlNumber: Uint32 });

export const craMa = defineEdge({
  name: 'cra-ma',
  caller: 'ma',
  callee: 'cra',
  operations: {
    revoke: { request: RevokeDevice, response: DeviceRevoked },
    revokeCertificates: { request: RevokeCertificates, response: DeviceRevoked },
  },
});
