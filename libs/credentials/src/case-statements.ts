/**
 * What PCA and PRA state in an approved case, signed and carried by the MA: each is written for the next authority to
 * check (the PCA's by the PRA, the PRA's by one LA), who stands on another line than the one it was asked on.
 */
import type { Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { Hostname, IValue, LaId, Uint8 } from '#wire/base-types.js';
import { LinkageChainId } from '#wire/scms-pdu.js';

/** What the PCA states, signed (V2XSecData), bound to the case and target of the approval: for the PRA to check. */
export const PcaStatement = sequence('PcaStatement', {
  caseId: octets('caseId', 16),
  target: octets('target', 32),
  itemHash: octets('itemHash', 32),
  pra: Hostname,
});
export type PcaStatement = Infer<typeof PcaStatement>;

/** What the PRA states to one LA, signed (V2XSecData), bound to case and target. */
export const PraStatement = sequence('PraStatement', {
  caseId: octets('caseId', 16),
  target: octets('target', 32),
  laId: LaId,
  linkageChainId: LinkageChainId,
  iMax: IValue,
  jMax: Uint8,
});
export type PraStatement = Infer<typeof PraStatement>;
