/** MA → PRA, in an approved case: block the device behind this item and hand over its chain handles, sealed for the LAs. */
import type { Infer } from '#coer/codec.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { Approval } from '#credentials/approval.js';
import { defineEdge } from '#edge/edge.js';
import { IValue, Opaque, Uint8 } from '#wire/base-types.js';

/** `pcaStatement` is the PCA's signed PcaStatement of the same case and target. */
export const BlacklistDevice = sequence('BlacklistDevice', { approval: Approval, pcaStatement: Opaque });
export type BlacklistDevice = Infer<typeof BlacklistDevice>;

/** One chain of the device is one statement an LA, of which there may be one; a device that topped up has several chains. */
export const ChainStatements = sequence('ChainStatements', {
  iMax: IValue,
  jMax: Uint8,
  la1Statement: Opaque,
  la2Statement: optional(Opaque),
});
export type ChainStatements = Infer<typeof ChainStatements>;
export const DeviceBlacklisted = sequence('DeviceBlacklisted', { chains: sequenceOf(ChainStatements) });
export type DeviceBlacklisted = Infer<typeof DeviceBlacklisted>;

export const maPraInvestigation = defineEdge({
  name: 'ma-pra.investigation',
  caller: 'ma',
  callee: 'pra',
  operations: { blacklist: { request: BlacklistDevice, response: DeviceBlacklisted } },
});

// The LA checks it too, and stands on another line.
export { PraStatement } from '#credentials/case-statements.js';
