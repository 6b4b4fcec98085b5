/** From judged items to what will be signed: linkage values, blinded keys, lint. Nothing is stored or signed here. */
import { blindCocoonKey } from '#crypto/butterfly.js';
import { sm3 } from '#crypto/sm3.js';
import { smSuite } from '#crypto/suite.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { toBeSignedBytes } from '#credentials/issue-certificate.js';
import { requireLintedCertificate } from '#credentials/lint/before-signing.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { combineLinkage, type CombinedLinkage, type PeriodKeyOf } from './combine-linkage.js';
import type { Intent } from './issued-store.js';
import type { Issuer } from './issuer.js';
import type { Item } from './item.js';
import { lintAgainstIssuer, pseudonymTbs, type CrlPlace } from './pseudonym-tbs.js';
import type { ItemRefusal } from './refusal.js';

export interface Prepared {
  readonly item: Item;
  readonly tbs: ToBeSignedCertificate;
  readonly tbsBytes: Uint8Array;
  /** c, 32 bytes. */
  readonly blinding: Uint8Array;
  readonly intent: Intent;
}

export interface PrepareNeeds {
  readonly profile: Profile;
  readonly issuer: Issuer;
  readonly keyOf: PeriodKeyOf;
  readonly crl: CrlPlace;
}

/** All items, or why one of them cannot be certified. What the crypto device derives, it derives for all at a time. */
export async function prepareAll(
  items: readonly Item[],
  needs: PrepareNeeds,
): Promise<Prepared[] | Refused<ItemRefusal>> {
  const { issuer, keyOf } = needs;
  const pcaId = hashedId8(issuer.certificate);
  const linkages: CombinedLinkage[] = [];
  for (const item of items) {
    const linkage = combineLinkage(item, pcaId, keyOf);
    if (isRefused(linkage)) return linkage;
    linkages.push(linkage);
  }
  const blindings = await issuer.blindings(items.map(({ hash }) => hash));
  const tags = await issuer.linkageTags(linkages.flatMap(({ parts }) => parts));
  const prepared: Prepared[] = [];
  for (const [n, item] of items.entries()) {
    const { lv } = linkages[n] as CombinedLinkage;
    const linkageTags = tags.slice(2 * n, 2 * n + 2) as [Uint8Array, Uint8Array];
    const one = prepare(item, { lv, linkageTags, blinding: blindings[n] as Uint8Array }, needs);
    if (isRefused(one)) return one;
    prepared.push(one);
  }
  return prepared;
}

function prepare(
  item: Item,
  { lv, linkageTags, blinding }: Pick<Intent, 'lv' | 'linkageTags'> & Pick<Prepared, 'blinding'>,
  { profile, issuer, crl }: PrepareNeeds,
): Prepared | Refused<ItemRefusal> {
  const tbs = pseudonymTbs(item, lv, crl, blindCocoonKey(smSuite, item.cocoonKey, blinding));
  const lint = lintAgainstIssuer(tbs, issuer.certificate);
  if (lint !== undefined) return lint;
  // What an item may not say was refused before; an error now is ours, and a failure. S came out of a point addition.
  requireLintedCertificate(tbs, issuer.certificate, { profile, kind: 'pc', areKeysJudged: true });
  const tbsBytes = toBeSignedBytes(tbs);
  const intent: Intent = {
    itemHash: item.hash,
    i: item.i,
    lv,
    keyHash: sm3(item.cocoonKey),
    linkageTags,
    tbsHash: sm3(tbsBytes),
  };
  return { item, tbs, tbsBytes, blinding, intent };
}
