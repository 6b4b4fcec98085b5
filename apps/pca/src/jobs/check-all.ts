/** Walks everything that this PCA stored, period by period and batch by batch: memory is that of one batch (BI15–BI17). */
import { hex } from '#crypto/bytes.js';
import { attempted, type CheckCounts, type Told } from '#service/check-walk.js';
import { judgeStored, linkageValueOf, type CheckNeeds } from '../domain/check-issued.js';
import { FIRST_BATCH, type CheckStore } from '../store/check.store.js';

export interface WalkNeeds extends CheckNeeds, Told {
  readonly store: CheckStore;
}

/** Counts up to the moment when it ends; `counts` can be looked at meanwhile. */
export async function checkAll(sinceI: number, needs: WalkNeeds, counts: CheckCounts): Promise<void> {
  const periods = await attempted('periods', needs, counts, () => needs.store.periods(sinceI));
  for (const i of periods ?? []) await checkPeriod(i, needs, counts);
}

async function checkPeriod(i: number, needs: WalkNeeds, counts: CheckCounts): Promise<void> {
  const { store, found } = needs;
  const next = (after: string): Promise<string | undefined> =>
    attempted(`batches of period ${i}`, needs, counts, () => store.batchAfter(i, after));
  for (let batch = await next(FIRST_BATCH); batch !== undefined; batch = await next(batch)) {
    const one = batch;
    await attempted(`batch ${one} of period ${i}`, needs, counts, () => checkBatch(i, one, needs, counts));
  }
  const loose = await attempted(`intents of period ${i}`, needs, counts, () => store.loose(i));
  counts.open += loose?.open ?? 0;
  counts.bad += loose?.lost.length ?? 0;
  for (const itemHash of loose?.lost ?? []) found({ kind: 'result-missing', i, id: hex(itemHash) });
}

async function checkBatch(i: number, batch: string, needs: WalkNeeds, counts: CheckCounts): Promise<void> {
  const { store, found } = needs;
  const stored = await store.batch(i, batch);
  const lvs = stored.certificates.map(linkageValueOf).filter((lv) => lv !== undefined);
  let intents = await store.intentsWith(i, lvs);
  // By linkage value there is an index; only where that does not find all, all are looked through.
  if (intents.filter((one) => one.batch === batch).length < stored.certificates.length)
    intents = await store.intentsOf(i, batch);
  for (const findings of judgeStored(stored, intents, needs)) {
    if (findings.length === 0) counts.good++;
    else counts.bad++;
    for (const finding of findings) found(finding);
  }
}
