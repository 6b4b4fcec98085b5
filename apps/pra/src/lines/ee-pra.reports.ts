/** Device → PRA: a misbehaviour report that only the MA can open; 202. The sender's name ends here (RV1). */
import { sm3 } from '#crypto/sm3.js';
import { periodAt } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { REPORT_FILENAME } from '#edges/ee-pra/provisioning.js';
import { FUTURE_MILLIS, OLDEST_MILLIS } from '../domain/freshness.js';
import type { DeviceRefusal } from '../domain/refusal.js';
import { LARGEST_REPORT_BYTES, reporterHandle, weekBytes } from '../domain/reporter.js';
import { OUTBOX, REPORTS } from '../jobs/queues.js';
import { sealedMessageHash } from '../domain/opened.js';
import type { Door } from './door.js';
import { authorisedDevice } from './ee-pra.download.js';

/** Label of the secret from which each week's handle secret is derived. */
const HANDLES = 'reporter-handles';

/** Takes one report; the same upload again is taken as the first. */
export async function takeReport(
  door: Door,
  authorization: string | undefined,
  report: Uint8Array,
): Promise<'taken' | Refused<DeviceRefusal>> {
  if (report.length > LARGEST_REPORT_BYTES) return refused('too-large');
  if (report.length === 0) return refused('malformed');
  const { context, stores, settings } = door;
  const who = await authorisedDevice(door, authorization, REPORT_FILENAME);
  if (isRefused(who)) return who;
  const now = context.clock.nowMillis();
  const week = periodAt(context.profile.epochMillis, now);
  const ecHash = who.device.hash;
  const weekSecret = await context.device.derive(HANDLES, weekBytes(week));
  const upload = {
    ecHash,
    headerHash: sealedMessageHash(who.sealed),
    bodyHash: sm3(report),
    expiresMillis: now + OLDEST_MILLIS + FUTURE_MILLIS,
  };
  const outcome = await stores.reports.take(
    upload,
    {
      reportId: context.random.bytes(16),
      handle: reporterHandle(weekSecret, ecHash, week),
      week,
      // Until the MA tells which reports were right, everybody's word weighs the same.
      bucket: 'medium',
      report,
    },
    { mixReports: settings.reportMixCount, mixSeconds: settings.reportMixSeconds },
    now,
  );
  if (isRefused(outcome)) return outcome;
  if (outcome === 'taken') await context.queues.wake(REPORTS, OUTBOX);
  return 'taken';
}
