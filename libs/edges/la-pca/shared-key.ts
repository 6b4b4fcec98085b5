/**
 * LA → PCA: the key under which this LA seals the pre-linkage values of one period. Symmetric, since public-key work per
 * value between two trusted servers would cost more than the certificate (docs/choices.md).
 */
import type { Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { defineEdge } from '#edge/edge.js';
import { HashedId8, IValue, LaId, LinkageValue } from '#wire/base-types.js';

export const PeriodKey = sequence('PeriodKey', { laId: LaId, iValue: IValue, key: octets('key', 16) });
export type PeriodKey = Infer<typeof PeriodKey>;
/** `keyId` is the HashedId8 of the key as the PCA stored it. */
export const PeriodKeyTaken = sequence('PeriodKeyTaken', { keyId: HashedId8 });

/** What is sealed: period, LA and PCA stand inside, so that a value moved to another place does not open as its own. */
export const SealedPreLinkageValue = sequence('SealedPreLinkageValue', {
  laId: LaId,
  iValue: IValue,
  pcaId: HashedId8,
  value: LinkageValue,
});
export type SealedPreLinkageValue = Infer<typeof SealedPreLinkageValue>;

export const laPca = defineEdge({
  name: 'la-pca',
  caller: 'la',
  callee: 'pca',
  operations: { announceKey: { request: PeriodKey, response: PeriodKeyTaken } },
});
