/** Batches of what the tables owe: reports to look at, evidence to pass on. */
import { isRefused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { LineFailure, type Transport } from '#edge/transport.js';
import { maMa } from '#edges/ma-ma/evidence.js';
import type { EvidenceToPass, ReceivedReport } from '../store/report.store.js';
import { lookAtReport, openPassing, type LookNeeds } from './look-at-report.js';

const BATCH = 20;
const RETRY_MILLIS = 60_000;
const DAY_MILLIS = 86_400_000;
/** After so many failures of ours a report is set aside for people to look at. */
const MOST_FAILURES = 5;

/** Looks at one batch; whether more is owed. */
export async function lookAtOwed(needs: LookNeeds): Promise<boolean> {
  const owed = await needs.reports.owed(needs.clock.nowMillis(), BATCH);
  const ended: Record<string, number> = {};
  for (const report of owed) {
    const how = await lookAtOne(report, needs);
    ended[how] = (ended[how] ?? 0) + 1;
  }
  if (owed.length > 0) needs.log.info('reports.looked-at', ended);
  return owed.length === BATCH;
}

async function lookAtOne(report: ReceivedReport, needs: LookNeeds): Promise<string> {
  const { reports, clock, log } = needs;
  const later = clock.nowMillis() + RETRY_MILLIS;
  try {
    const looked = await lookAtReport(report, needs);
    if (typeof looked === 'string') return looked;
    if (isRefused(looked)) return looked.reason;
    await reports.putOff(report.receipt, later, false);
    return 'waiting';
  } catch (error) {
    log.error('report.failed', error);
    const failures = await reports.putOff(report.receipt, later, true);
    if (failures >= MOST_FAILURES) await reports.end(report.receipt, { state: 'failed', reason: 'failure' });
    return 'failed';
  }
}

export interface PassNeeds extends LookNeeds {
  readonly transport: Transport;
}

/** Passes one batch of evidence on; whether more is owed. An MA that does not answer is asked again later. */
export async function passOwedEvidence(needs: PassNeeds): Promise<boolean> {
  const owed = await needs.reports.owedPassing(needs.clock.nowMillis(), BATCH);
  for (const one of owed) await passOne(one, needs);
  return owed.length === BATCH;
}

async function passOne({ hash, peer, sealed }: EvidenceToPass, needs: PassNeeds): Promise<void> {
  const { device, identity, transport, reports, log, clock } = needs;
  try {
    const taken = await callLine(maMa, peer, identity, transport).passEvidence(await openPassing(device, sealed));
    if (isRefused(taken) && taken.reason === 'internal') throw new LineFailure('the other MA failed');
    if (isRefused(taken)) log.warn('evidence.refused', { reason: taken.reason });
    else log.info('evidence.passed-on');
    await reports.passed(hash);
  } catch (error) {
    if (!(error instanceof LineFailure)) throw error;
    log.error('evidence.not-passed', error);
    await reports.putOffPassing(hash, clock.nowMillis() + RETRY_MILLIS);
  }
}

/** Erases what is due; reports first, then the evidence of cases that ended. */
export async function eraseDue({ reports, cases, clock, settings, log }: LookNeeds): Promise<void> {
  const nowMillis = clock.nowMillis();
  const window = (settings.reportWindowDays + 1) * DAY_MILLIS;
  await reports.erase(nowMillis - window, nowMillis);
  // No report about such a case can come any more: certificates live a week, reports a window.
  for (const { id, openedMillis, reason } of await cases.inState('INVESTIGATING', 'FAULT_WARN')) {
    if (openedMillis + 2 * window > nowMillis) continue;
    const eraseMillis = nowMillis + settings.evidenceDays * DAY_MILLIS;
    await cases.close(id, { state: 'DISMISSED', reason, nowMillis, eraseMillis });
  }
  const erased = await cases.eraseEvidence(nowMillis);
  if (erased > 0) log.info('evidence.erased', { cases: erased });
}
