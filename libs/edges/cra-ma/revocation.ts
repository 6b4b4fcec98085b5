/** MA → CRA, in an approved case: put these chains on the CRL, from the period of their seeds on. */
import type { Infer } from '#coer/codec.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { Approval } from '#credentials/approval.js';
import { defineEdge } from '#edge/edge.js';
import { IValue, LaId, LinkageSeed, Uint32, Uint8 } from '#wire/base-types.js';

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
export const DeviceRevoked = sequence('DeviceRevoked', { crlNumber: Uint32 });

export const craMa = defineEdge({
  name: 'cra-ma',
  caller: 'ma',
  callee: 'cra',
  operations: { revoke: { request: RevokeDevice, response: DeviceRevoked } },
});
