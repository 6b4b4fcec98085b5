/**
 * What a device no longer needs when a week is over: whoever takes it apart later finds no key that signed in the past.
 * How thoroughly a key is erased is the crypto device's matter (`libs/keys`). The certificates themselves stay: every
 * neighbour heard them.
 */
import { periodAt } from '#credentials/period.js';
import { dropPart, partPeriods } from './bundle-download.js';
import type { DeviceContext } from './device-context.js';
import { caterpillarLabels } from './provisioning-request.js';
import { periodOfLabel } from './pseudonyms.js';
import { keptRecords, removeRecord } from './requests.js';

/**
 * Destroys the private keys of pseudonyms whose period has passed, those too that were rebuilt and never taken; how many.
 * A clock that was set back destroys nothing.
 */
export async function erasePastKeys({ keys, profile, clock }: DeviceContext): Promise<number> {
  const current = periodAt(profile.epochMillis, clock.nowMillis());
  const past = (await keys.labels()).filter((label) => (periodOfLabel(label) ?? Infinity) < current);
  for (const label of past) await keys.destroy(label);
  return past.length;
}

/**
 * Erases all that served past weeks only: pseudonym keys, parts of bundles, and the requests of which every week has
 * passed, with their caterpillar keys (from which, with the PRA's answers, the pseudonym keys could be made again). The
 * newest request stays: its number keeps the next one's keys apart.
 */
export async function erasePastWeeks(context: DeviceContext): Promise<void> {
  await erasePastKeys(context);
  const current = periodAt(context.profile.epochMillis, context.clock.nowMillis());
  for (const i of await partPeriods(context.store)) if (i < current) await dropPart(context.store, i);
  const records = await keptRecords(context);
  for (const { n, record } of records.slice(0, -1)) {
    if (record.iMax >= current) continue;
    // The keys first: a record without keys is harmless, keys without a record would be forgotten.
    for (const label of Object.values(caterpillarLabels(n))) await context.keys.destroy(label);
    await removeRecord(context, n);
  }
}
