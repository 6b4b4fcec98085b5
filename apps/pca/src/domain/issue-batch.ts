/**
 * Issues a batch of pseudonym certificates, all or nothing: judged → linted → intents stored → audit → signed → compared →
 * audit → results stored → out. A repeated item gets its first answer, byte for byte, also after a crash in between.
 *
 * Learns: cocoon keys and pre-linkage values, one by one. Never: whose they are, or which of them belong together.
 */
import { sm3 } from '#crypto/sm3.js';
import type { Clock } from '#credentials/clock.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { BatchArithmetic } from '#keys/batch-arithmetic.js';
import { judgeFreshness, judgePeriod, readBatch } from './batch.js';
import { certifyAll } from './certify.js';
import type { PeriodKeyOf } from './combine-linkage.js';
import { intendedLine, signedLine, voidLine, type IssueAudit } from './issue-audit.js';
import type { IssuedStore, ItemHandle, KnownItem, Result } from './issued-store.js';
import type { Issuer } from './issuer.js';
import type { Item, ItemRules } from './item.js';
import { prepareAll, type Prepared } from './prepare.js';
import type { CrlPlace } from './pseudonym-tbs.js';
import { refuseItem, type ItemRefusal } from './refusal.js';
import { answerAll, type Certified } from './response.js';

export interface IssueNeeds extends ItemRules {
  readonly clock: Clock;
  readonly issuer: Issuer;
  readonly arithmetic: BatchArithmetic;
  readonly issued: IssuedStore;
  readonly audit: IssueAudit;
  /** The keys that LAs announced for these periods. */
  readonly periodKeys: (periods: readonly number[]) => Promise<PeriodKeyOf>;
  /** Where pseudonyms would be revoked; throws while no CRA of ours stands on a list. */
  readonly crlPlace: () => CrlPlace;
}

const key = (hash: Uint8Array): string => Buffer.from(hash).toString('latin1');
const handleOf = ({ hash, i }: Item): ItemHandle => ({ itemHash: hash, i });

/** An encoded AcaRaCertResponse for each item, in their order. `pra` is the host name of the PRA that asks. */
export async function issueBatch(
  items: readonly Uint8Array[],
  pra: string,
  needs: IssueNeeds,
): Promise<Uint8Array[] | Refused<ItemRefusal>> {
  const batch = readBatch(items, needs);
  if (isRefused(batch)) return batch;
  const known = new Map((await needs.issued.find(batch.map(handleOf))).map((one) => [key(one.itemHash), one]));
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
  const { audit, issued } = needs;
  const keyOf = await needs.periodKeys([...new Set(items.map(({ i }) => i))]);
  const prepared = await prepareAll(items, { ...needs, keyOf, crl: needs.crlPlace() });
  if (isRefused(prepared)) return prepared;
  const intents = prepared.map(({ intent }) => intent);
  const begun = await issued.begin(intents, pra);
  if (isRefused(begun)) return begun;
  for (const intent of begun.voided) audit.voided(voidLine(intent));
  audit.intended(intendedLine(begun.batch, intents));
  const results = await makeResults(prepared, needs);
  audit.signed(signedLine(begun.batch, results));
  try {
    return await issued.complete(begun.batch, results);
  } catch (error) {
    audit.unstored(begun.batch, error);
    throw error;
  }
}

async function makeResults(prepared: readonly Prepared[], needs: IssueNeeds): Promise<Result[]> {
  const certificates = await certifyAll(prepared, needs);
  const certified = prepared.map(({ item, blinding, sealing }, n) => {
    const certificate = certificates[n] as Uint8Array;
    return { item, blinding, sealing, certificate, certificateHash: sm3(certificate) };
  });
  const responses = await answerAll(certified, needs.issuer, needs.profile);
  return prepared.map(({ intent: { itemHash, i, tbsHash }, blinding, sealing }, n) => {
    for (const secret of [blinding, sealing.seed, sealing.key]) secret.fill(0);
    const { certificate, certificateHash } = certified[n] as Certified;
    return { itemHash, i, tbsHash, certificate, certificateHash, response: responses[n] as Uint8Array };
  });
}

function missing(): never {
  throw new Error('an item without an answer');
}
