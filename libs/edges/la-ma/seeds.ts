/** MA → LA, in an approved case: the linkage seed of one chain from the LA's current period on; never an earlier one. */
import type { Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { Approval } from '#credentials/approval.js';
import { defineEdge } from '#edge/edge.js';
import { IValue, LaId, LinkageSeed, Opaque } from '#wire/base-types.js';

/** `praStatement` is the PRA's signed PraStatement for this LA, of the same case and target. */
export const RevealSeed = sequence('RevealSeed', { approval: Approval, praStatement: Opaque });
export type RevealSeed = Infer<typeof RevealSeed>;
/** What `praStatement` holds: the LA opens it, so it is the LA's to know. */
export { PraStatement } from '../ma-pra/investigation.js';
export const SeedRevealed = sequence('SeedRevealed', { laId: LaId, iValue: IValue, seed: LinkageSeed });
export type SeedRevealed = Infer<typeof SeedRevealed>;

export const laMa = defineEdge({
  name: 'la-ma',
  caller: 'ma',
  callee: 'la',
  operations: { revealSeed: { request: RevealSeed, response: SeedRevealed } },
});
