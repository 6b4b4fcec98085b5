/** From judged items to what will be signed: linkage values, blinded keys, lint. Nothing is stored or signed here. */
import { blindCocoonKey } from '#crypto/butterfly.js';
import { sm3 } from '#crypto/sm3.js';
import { smSuite } from '#crypto/suite.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { toBeSignedBytes } from '#credentials/issue-certificate.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { combineLinkage, type PeriodKeyOf } from './combine-linkage.js';
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
  readonly issuer: Issuer;
  readonly keyOf: PeriodKeyOf;
  readonly crl: CrlPlace;
  readonly pra: string;
}

/** All items, or the refusal of the first that cannot be certified. */
export async function prepareAll(
  items: readonly Item[],
  needs: PrepareNeeds,
): Promise<Prepared[] | Refused<ItemRefusal>> {
  const prepared: Prepared[] = [];
  for (const item of items) {
    const one = await prepare(item, needs);
    if (isRefused(one)) return one;
    prepared.push(one);
  }
  return prepared;
}

async function prepare(item: Item, needs: PrepareNeeds): Promise<Prepared | Refused<ItemRefusal>> {
  const { issuer, crl, pra } = needs;
  const linkage = combineLinkage(item, hashedId8(issuer.certificate), needs.keyOf);
  if (isRefused(linkage)) return linkage;
  const blinding = await issuer.blinding(item.hash);
  const tbs = pseudonymTbs(item, linkage.lv, crl, blindCocoonKey(smSuite, item.cocoonKey, blinding));
  const lint = lintAgainstIssuer(tbs, issuer.certificate);
  if (lint !== undefined) return lint;
  const tbsBytes = toBeSignedBytes(tbs);
  const [first, second] = linkage.parts;
  const intent: Intent = {
    itemHash: item.hash,
    i: item.i,
    lv: linkage.lv,
    keyHash: sm3(item.cocoonKey),
    linkageTags: [await issuer.linkageTag(first), await issuer.linkageTag(second)],
    tbsHash: sm3(tbsBytes),
    pra,
  };
  return { item, tbs, tbsBytes, blinding, intent };
}
