/**
 * Issues a batch of pseudonym certificates, all or nothing: judged → intents stored → signed → compared → results stored → out.
 * A repeated item gets its first answer, byte for byte, also after a crash in between.
 *
 * Learns: cocoon keys and pre-linkage values, one by one. Never: whose they are, or which of them belong together.
 */
import type { Clock } from '#credentials/clock.js';
import { certificateHash } from '#credentials/certificate-facts.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { judgeFreshness, judgePeriod, readBatch } from './batch.js';
import { certifyAll } from './certify.js';
import type { PeriodKeyOf } from './combine-linkage.js';
import type { IssuedStore, KnownItem, Result } from './issued-store.js';
import type { Issuer } from './issuer.js';
import type { Item } from './item.js';
import { prepareAll, type Prepared } from './prepare.js';
import type { CrlPlace } from './pseudonym-tbs.js';
import { refuseItem, type ItemRefusal } from './refusal.js';
import { answerAll } from './response.js';

export interface IssueNeeds {
  readonly profile: Profile;
  readonly clock: Clock;
  readonly issuer: Issuer;
  readonly issued: IssuedStore;
  /** The keys that LAs announced for these periods. */
  readonly periodKeys: (periods: readonly number[]) => Promise<PeriodKeyOf>;
  /** Where pseudonyms would be revoked; throws while no CRA of ours stands on a list. */
  readonly crlPlace: () => CrlPlace;
}

const key = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');

/** An encoded AcaRaCertResponse for each item, in their order. `pra` is the host name of the PRA that asks. */
export async function issueBatch(
  items: readonly Uint8Array[],
  pra: string,
  needs: IssueNeeds,
): Promise<Uint8Array[] | Refused<ItemRefusal>> {
  const batch = readBatch(items, needs.profile);
  if (isRefused(batch)) return batch;
  const known = new Map(
    (await needs.issued.find(batch.map(({ hash }) => hash))).map((one) => [key(one.itemHash), one]),
  );
  const open = judgeOpen(batch, known, needs);
  if (isRefused(open)) return open;
  const results = await issueOpen(open, pra, needs);
  if (isRefused(results)) return results;
  const answers = new Map([...known].map(([hash, { response }]) => [hash, response]));
  for (const [n, { hash }] of open.entries()) answers.set(key(hash), results[n]);
  return batch.map(({ hash }) => answers.get(key(hash)) ?? missing());
}

/** The items that have no answer yet; an item whose intent stands was fresh when it first came. */
function judgeOpen(
  batch: readonly Item[],
  known: ReadonlyMap<string, KnownItem>,
  { clock, profile }: IssueNeeds,
): Item[] | Refused<ItemRefusal> {
  const nowMillis = clock.nowMillis();
  const open: Item[] = [];
  for (const item of batch) {
    const before = known.get(key(item.hash));
    if (before?.response !== undefined) continue;
    if (before?.isIssued) return refuseItem('item-period-past');
    const refusal =
      (before === undefined ? judgeFreshness(item, nowMillis) : undefined) ?? judgePeriod(item, nowMillis, profile);
    if (refusal !== undefined) return refusal;
    open.push(item);
  }
  return open;
}

async function issueOpen(
  items: readonly Item[],
  pra: string,
  needs: IssueNeeds,
): Promise<Uint8Array[] | Refused<ItemRefusal>> {
  if (items.length === 0) return [];
  const { profile, issuer, issued } = needs;
  const keyOf = await needs.periodKeys([...new Set(items.map(({ i }) => i))]);
  const prepared = await prepareAll(items, { profile, issuer, keyOf, crl: needs.crlPlace(), pra });
  if (isRefused(prepared)) return prepared;
  const repeated = await issued.begin(prepared.map(({ intent }) => intent));
  if (repeated !== undefined) return repeated;
  return issued.complete(await makeResults(prepared, needs));
}

async function makeResults(prepared: readonly Prepared[], { issuer, profile }: IssueNeeds): Promise<Result[]> {
  const certificates = await certifyAll(prepared, issuer);
  const certified = prepared.map(({ item, blinding }, n) => ({
    item,
    blinding,
    certificate: certificates[n] as (typeof certificates)[0],
  }));
  const responses = await answerAll(certified, issuer, profile);
  return certified.map(({ item, certificate, blinding }, n) => {
    blinding.fill(0);
    return {
      itemHash: item.hash,
      certificateHash: certificateHash(certificate),
      response: responses[n] as Uint8Array,
    };
  });
}

function missing(): never {
  throw new Error('an item without an answer');
}
