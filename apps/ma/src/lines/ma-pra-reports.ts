/** The line from the PRA: a report it cannot open, from a handle of the week. Stored, acknowledged, looked at later. */
import { encode } from '#coer/codec.js';
import { hostnameOf } from '#credentials/certificate-facts.js';
import { sm3 } from '#crypto/sm3.js';
import type { Clock } from '#credentials/clock.js';
import { periodAt } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import { refused, type Refused } from '#credentials/refusal.js';
import type { Answers } from '#edge/edge.js';
import { ForwardedReport, type maPraReports } from '#edges/ma-pra/reports.js';
import type { LineRefusal } from '../domain/refusal.js';
import type { ReportStore } from '../store/report.store.js';

export interface IntakeNeeds {
  readonly reports: ReportStore;
  readonly clock: Clock;
  readonly profile: Profile;
  readonly maximumReportBytes: number;
  readonly wake: () => Promise<void>;
}

export interface PraReportsNeeds extends IntakeNeeds {
  /** Host name of the one PRA whose reports are taken: an ARA has the role of an RA too. */
  readonly praHostname: string;
}

/** A handle is of this week, or of the one that ended while the report was on its way. */
export function refuseIntake(
  { week, report }: { week: number; report: Uint8Array },
  { clock, profile, maximumReportBytes }: IntakeNeeds,
): Refused<LineRefusal> | undefined {
  if (report.length > maximumReportBytes) return refused('report-too-large');
  return Math.abs(periodAt(profile.epochMillis, clock.nowMillis()) - week) > 1 ? refused('week') : undefined;
}

/** The receipt is the SM3 of what was handed over: the same again is the same receipt and one report. */
export const answerMaPraReports = (needs: PraReportsNeeds): Answers<typeof maPraReports> => ({
  async forwardReport(forwarded, caller) {
    if (hostnameOf(caller.certificate) !== needs.praHostname) return refused('another-pra');
    const refusal = refuseIntake(forwarded, needs);
    if (refusal !== undefined) return refusal;
    const receipt = sm3(encode(ForwardedReport, forwarded));
    const { handle, week, bucket, report: sealed } = forwarded;
    await needs.reports.take({ receipt, origin: 'own', handle, week, bucket, sealed }, needs.clock.nowMillis());
    await needs.wake();
    return { receipt };
  },
});
