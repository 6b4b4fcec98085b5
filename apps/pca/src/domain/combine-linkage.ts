/** Opens the sealed pre-linkage values of each item and makes its linkage value (LK1, LK4). Pure. */
import { tryDecode, type Infer } from '#coer/codec.js';
import { compareBytes, concat, uint32 } from '#crypto/bytes.js';
import { openSm4CcmMany } from '#crypto/ccm.js';
import { linkageValue } from '#crypto/linkage.js';
import { type Refused } from '#credentials/refusal.js';
import { sharedKeyId } from '#credentials/sealing.js';
import { SealedPreLinkageValue } from '#edges/la-pca/shared-key.js';
import type { Item, SealedLinkage } from './item.js';
import { refuseItem, type ItemRefusal } from './refusal.js';

/** The 16-byte key that an LA announced for a period. */
export type PeriodKeyOf = (laId: Uint8Array, i: number) => Uint8Array | undefined;
type Opened = Infer<typeof SealedPreLinkageValue>;

export interface CombinedLinkage {
  /** 9 bytes. */
  readonly lv: Uint8Array;
  /**
   * LA, period and value, 15 bytes, of each LA: what must not be used twice, for whom ever it was sealed; that of the lower
   * laId first.
   */
  readonly parts: readonly Uint8Array[];
}

const TAG_BYTES = 16;
const same = (a: Uint8Array, b: Uint8Array): boolean => compareBytes(a, b) === 0;

/**
 * For each item, in their order; with one LA its value is the linkage value (YD/T 3957-2021 annex I). `ownIds` are the HashedId8 of our certificates: values sealed for one that was ours are taken
 * as long as its keys are held.
 */
export function combineLinkages(
  items: readonly Item[],
  ownIds: readonly Uint8Array[],
  keyOf: PeriodKeyOf,
): CombinedLinkage[] | Refused<ItemRefusal> {
  const texts = items.flatMap(sealedTexts);
  const refusal = openAll(texts, keyOf);
  if (refusal !== undefined) return refusal;
  const opened: Opened[] = [];
  for (const { plaintext, laId, i } of texts) {
    const decoded = plaintext && tryDecode(SealedPreLinkageValue, plaintext);
    if (!decoded?.ok) return refuseItem('item-linkage-sealed-otherwise');
    const elsewhere = belongsHere(decoded.value, { laId, i, ownIds });
    if (elsewhere !== undefined) return elsewhere;
    opened.push(decoded.value);
  }
  let next = 0;
  return items.map(({ linkage }) => {
    const own = opened.slice(next, (next += linkage.length));
    const [first, second] = own as [Opened, Opened?];
    const lv = second === undefined ? first.value : linkageValue(first.value, second.value);
    return { lv, parts: own.map(partOf) };
  });
}

const partOf = ({ laId, iValue, value }: Opened): Uint8Array => concat(laId, uint32(iValue), value);

interface SealedText {
  readonly laId: Uint8Array;
  readonly i: number;
  readonly sealed: SealedLinkage['enc-lv'];
  /** When it is opened. */
  plaintext?: Uint8Array;
}

function sealedTexts({ linkage, i }: Item): SealedText[] {
  const texts = linkage.map(({ laId, 'enc-lv': sealed }): SealedText => ({ laId, i, sealed }));
  const [first, second] = texts;
  return first && second && compareBytes(first.laId, second.laId) > 0 ? [second, first] : texts;
}

/** Those of one LA, period and length at a time: their key is the same. */
function openAll(texts: readonly SealedText[], keyOf: PeriodKeyOf): Refused<ItemRefusal> | undefined {
  const alike = new Map<string, SealedText[]>();
  for (const text of texts) {
    const { ciphertext } = text.sealed;
    const length = ciphertext.kind === 'sm4Ccm' ? ciphertext.value.ccmCiphertext.length : 0;
    if (length < TAG_BYTES) return refuseItem('item-linkage-sealed-otherwise');
    const place = `${text.laId.join('.')} ${text.i} ${length}`;
    const those = alike.get(place);
    if (those === undefined) alike.set(place, [text]);
    else those.push(text);
  }
  for (const those of alike.values()) {
    const refusal = openAlike(those, keyOf);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function openAlike(texts: readonly SealedText[], keyOf: PeriodKeyOf): Refused<ItemRefusal> | undefined {
  const [{ laId, i }] = texts as [SealedText];
  const key = keyOf(laId, i);
  if (key === undefined) return refuseItem('item-period-key-unknown');
  const keyId = sharedKeyId(key);
  if (!texts.every(({ sealed }) => isFor(sealed, keyId))) return refuseItem('item-linkage-sealed-otherwise');
  const nonces = Buffer.concat(texts.map(({ sealed }) => sealed.ciphertext.value.nonce));
  const ciphertexts = Buffer.concat(texts.map(({ sealed }) => sealed.ciphertext.value.ccmCiphertext));
  const { plaintexts, isRight } = openSm4CcmMany(key, nonces, ciphertexts);
  const length = plaintexts.length / texts.length;
  for (const [n, text] of texts.entries()) {
    if (isRight[n] !== true) return refuseItem('item-linkage-sealed-otherwise');
    text.plaintext = plaintexts.subarray(n * length, (n + 1) * length);
  }
  return undefined;
}

function isFor({ recipients }: SealedLinkage['enc-lv'], keyId: Uint8Array): boolean {
  const [recipient] = recipients;
  return recipients.length === 1 && recipient?.kind === 'pskRecipInfo' && same(recipient.value, keyId);
}

interface Here {
  readonly laId: Uint8Array;
  readonly i: number;
  readonly ownIds: readonly Uint8Array[];
}

/** What stands inside under the LA's key counts; what stands outside is the PRA's word. */
function belongsHere(inside: Opened, { laId, i, ownIds }: Here): Refused<ItemRefusal> | undefined {
  if (!same(inside.laId, laId)) return refuseItem('item-linkage-other-la');
  if (inside.iValue !== i) return refuseItem('item-linkage-other-period');
  return ownIds.some((id) => same(inside.pcaId, id)) ? undefined : refuseItem('item-linkage-other-pca');
}
