/** Opens the two sealed pre-linkage values of an item and makes its linkage value (LK1, LK4). Pure. */
import { tryDecode, type Infer } from '#coer/codec.js';
import { linkageValue } from '#crypto/linkage.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { openShared } from '#credentials/sealing.js';
import { SealedPreLinkageValue } from '#edges/la-pca/shared-key.js';
import type { Item, SealedLinkage } from './item.js';
import { refuseItem, type ItemRefusal } from './refusal.js';

/** The 16-byte key that an LA announced for a period. */
export type PeriodKeyOf = (laId: Uint8Array, i: number) => Uint8Array | undefined;
type Opened = Infer<typeof SealedPreLinkageValue>;

export interface CombinedLinkage {
  /** 9 bytes. */
  readonly lv: Uint8Array;
  /** The two values with their LA and period, encoded: what must not be used twice; that of the lower laId first. */
  readonly parts: readonly [Uint8Array, Uint8Array];
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** `pcaId` is the HashedId8 of our certificate. */
export function combineLinkage(
  item: Item,
  pcaId: Uint8Array,
  keyOf: PeriodKeyOf,
): CombinedLinkage | Refused<ItemRefusal> {
  const inOrder = [...item.linkage].sort((a, b) => Buffer.compare(a.laId, b.laId));
  const opened: { bytes: Uint8Array; value: Uint8Array }[] = [];
  for (const linkage of inOrder) {
    const one = openLinkage(linkage, item.i, pcaId, keyOf);
    if (isRefused(one)) return one;
    opened.push(one);
  }
  const [first, second] = opened as [(typeof opened)[0], (typeof opened)[0]];
  return { lv: linkageValue(first.value, second.value), parts: [first.bytes, second.bytes] };
}

function openLinkage(
  linkage: SealedLinkage,
  i: number,
  pcaId: Uint8Array,
  keyOf: PeriodKeyOf,
): { bytes: Uint8Array; value: Uint8Array } | Refused<ItemRefusal> {
  const key = keyOf(linkage.laId, i);
  if (key === undefined) return refuseItem('item-period-key-unknown');
  const bytes = openShared(linkage['enc-lv'], key);
  const decoded = bytes && tryDecode(SealedPreLinkageValue, bytes);
  if (bytes === undefined || !decoded?.ok) return refuseItem('item-linkage-sealed-otherwise');
  return belongsHere(decoded.value, linkage.laId, i, pcaId) ?? { bytes, value: decoded.value.value };
}

/** What stands inside under the LA's key counts; what stands outside is the PRA's word. */
function belongsHere(inside: Opened, laId: Uint8Array, i: number, pcaId: Uint8Array): Refused<ItemRefusal> | undefined {
  if (!same(inside.laId, laId)) return refuseItem('item-linkage-other-la');
  if (inside.iValue !== i) return refuseItem('item-linkage-other-period');
  return same(inside.pcaId, pcaId) ? undefined : refuseItem('item-linkage-other-pca');
}
