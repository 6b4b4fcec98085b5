/** From judged items to what will be signed: linkage values, blinded keys, wrapped keys, lint. Nothing is stored or signed here. */
import { isSm2PublicKey, isSm2Scalar, type Sm2WrappedKey } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { Profile } from '#credentials/profile.js';
import type { BatchArithmetic } from '#keys/batch-arithmetic.js';
import { combineLinkages, type CombinedLinkage, type PeriodKeyOf } from './combine-linkage.js';
import { derivedRandom } from './derived-random.js';
import type { Intent } from './issued-store.js';
import type { Issuer } from './issuer.js';
import type { CommonFields, Item } from './item.js';
import { alikeLinter } from './lint-alike.js';
import { lintAgainstIssuer, pseudonymTbs, tbsWriter, type CrlPlace } from './pseudonym-tbs.js';
import { refuseItem, type ItemRefusal } from './refusal.js';

export interface Prepared {
  readonly item: Item;
  readonly tbsBytes: Uint8Array;
  /** c, 32 bytes. */
  readonly blinding: Uint8Array;
  readonly sealing: Sealing;
  readonly intent: Intent;
}

/** What the answer to the device is sealed with. */
export interface Sealing {
  /** Secret, of this item; the nonce is made of it and of what is sealed. */
  readonly seed: Uint8Array;
  /** 16 bytes. */
  readonly key: Uint8Array;
  /** The key for the holder of Q. */
  readonly wrapped: Sm2WrappedKey;
}

export interface PrepareNeeds {
  readonly profile: Profile;
  readonly issuer: Issuer;
  readonly arithmetic: BatchArithmetic;
  readonly keyOf: PeriodKeyOf;
  readonly crl: CrlPlace;
}

/** All items, or why one of them cannot be certified. What is derived and computed, is so for all at a time. */
export async function prepareAll(
  items: readonly Item[],
  needs: PrepareNeeds,
): Promise<Prepared[] | Refused<ItemRefusal>> {
  const { issuer, arithmetic, keyOf } = needs;
  const linkages = combineLinkages(items, issuer.ownIds, keyOf);
  if (isRefused(linkages)) return linkages;
  const refusal = lintCommon(items, linkages, needs);
  if (refusal !== undefined) return refusal;
  const hashes = items.map(({ hash }) => hash);
  const blindings = await issuer.blindings(hashes);
  const tags = await issuer.linkageTags(linkages.flatMap(({ parts }) => parts));
  const blindedKeys = await blindAll(items, blindings, arithmetic);
  if (isRefused(blindedKeys)) return blindedKeys;
  const sealings = await sealingsOf(items, await issuer.sealingSeeds(hashes), arithmetic);
  if (isRefused(sealings)) return sealings;
  const write = tbsWriter(needs.crl);
  // What an item may not say was refused before; an error now is ours, and a failure.
  const lint = alikeLinter(issuer.certificate, needs.profile);
  let tagged = 0;
  return items.map((item, n) => {
    const { lv, parts } = linkages[n] as CombinedLinkage;
    const linkageTags = tags.slice(tagged, (tagged += parts.length)) as [Uint8Array, Uint8Array?];
    const tbsBytes = write(item, lv, blindedKeys[n] as Uint8Array);
    lint(tbsBytes);
    const intent: Intent = {
      itemHash: item.hash,
      i: item.i,
      lv,
      keyHash: sm3(item.cocoonKey),
      linkageTags,
      tbsHash: sm3(tbsBytes),
    };
    return { item, tbsBytes, blinding: blindings[n] as Uint8Array, sealing: sealings[n] as Sealing, intent };
  });
}

/** Whether our certificate allows what the items have in common; what is allowed one is allowed all that say the same. */
function lintCommon(
  items: readonly Item[],
  linkages: readonly CombinedLinkage[],
  { issuer, crl }: PrepareNeeds,
): Refused<ItemRefusal> | undefined {
  const seen = new Set<CommonFields>();
  for (const [n, item] of items.entries()) {
    if (seen.has(item.common)) continue;
    seen.add(item.common);
    const { lv } = linkages[n] as CombinedLinkage;
    const refusal = lintAgainstIssuer(pseudonymTbs(item, lv, crl, item.cocoonKey), issuer.certificate);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** S = B + cG of each; the arithmetic finds what is no point, and which one it was is looked for then only. */
async function blindAll(
  items: readonly Item[],
  blindings: readonly Uint8Array[],
  arithmetic: BatchArithmetic,
): Promise<Uint8Array[] | Refused<ItemRefusal>> {
  const wanted = items.map(({ cocoonKey }, n) => ({ cocoonKey, c: blindings[n] as Uint8Array }));
  try {
    return await arithmetic.blindBatch(wanted);
  } catch (error) {
    if (items.every(({ cocoonKey }) => isSm2PublicKey(cocoonKey))) throw error;
    return refuseItem('item-cocoon-key');
  }
}

/** The same again for the same item, after a crash and under another certificate too: the nonce alone follows the content. */
async function sealingsOf(
  items: readonly Item[],
  seeds: readonly Uint8Array[],
  arithmetic: BatchArithmetic,
): Promise<Sealing[] | Refused<ItemRefusal>> {
  const drawn = items.map(({ encryptionKey: publicKey }, n) => {
    const random = derivedRandom(seeds[n] as Uint8Array);
    let scalar = random.bytes(32);
    // Refused about once in 2^32.
    while (!isSm2Scalar(scalar)) scalar = random.bytes(32);
    return { publicKey, scalar, key: random.bytes(16) };
  });
  try {
    const wrapped = await arithmetic.wrapBatch(drawn);
    return drawn.map(({ key, scalar }, n) => {
      scalar.fill(0);
      return { seed: seeds[n] as Uint8Array, key, wrapped: wrapped[n] as Sm2WrappedKey };
    });
  } catch (error) {
    if (items.every(({ encryptionKey }) => isSm2PublicKey(encryptionKey))) throw error;
    return refuseItem('item-encryption-key');
  }
}
