/** Everything a PCA refuses, and nothing of what was refused. */
import type { ApprovalRefusal } from '#credentials/approval.js';
import { refused, type Refused } from '#credentials/refusal.js';

/** Why a batch is refused: one bad item is enough, and which one is not said. */
export type ItemRefusal =
  | 'item-malformed'
  | 'item-version'
  | 'item-flags'
  | 'item-mixed-times'
  | 'item-repeated'
  | 'item-stale'
  | 'item-from-the-future'
  | 'item-linkage-missing'
  | 'item-linkage-surplus'
  | 'item-same-la'
  | 'item-encryption-key'
  | 'item-cocoon-key'
  | 'item-id'
  | 'item-fields'
  | 'item-period'
  | 'item-period-past'
  | 'item-period-too-far'
  | 'item-permissions'
  | 'item-region'
  | 'item-validity'
  | 'item-period-key-unknown'
  | 'item-linkage-sealed-otherwise'
  | 'item-linkage-other-la'
  | 'item-linkage-other-period'
  | 'item-linkage-other-pca'
  | 'item-key-certified-before'
  | 'item-linkage-used-before'
  | 'item-linkage-value-repeated';

export type PeriodKeyRefusal = 'wrong-la' | 'period-past' | 'period-too-far' | 'another-key-taken';

export type IdentifyRefusal = 'target-mismatch' | 'certificate-unknown' | ApprovalRefusal;

export const refuseItem = (reason: ItemRefusal): Refused<ItemRefusal> => refused(reason);
export const refuseKey = (reason: PeriodKeyRefusal): Refused<PeriodKeyRefusal> => refused(reason);
export const refuseIdentify = (reason: IdentifyRefusal): Refused<IdentifyRefusal> => refused(reason);
