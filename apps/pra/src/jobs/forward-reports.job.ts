/** Reports go to the MA in the order of random names, one envelope each; the row is erased when the MA has it. */
import { isRefused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { LineFailure } from '#edge/transport.js';
import { maPraReports } from '#edges/ma-pra/reports.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { nextTryMillis } from '../domain/retry.js';
import type { ReportOutboxEntity } from '../store/report.entity.js';
import type { ReportStore } from '../store/report.store.js';

const AT_ONCE = 100;

export class ForwardReportsJob {
  constructor(
    private readonly context: AuthorityContext,
    private readonly reports: ReportStore,
  ) {}

  async run(): Promise<void> {
    for (;;) {
      const owed = await this.reports.owed(this.context.clock.nowMillis(), AT_ONCE);
      for (const report of owed) if (!(await this.forward(report))) return;
      if (owed.length < AT_ONCE) return;
    }
  }

  /** False when the MA does not answer: the others wait as well. */
  private async forward(report: ReportOutboxEntity): Promise<boolean> {
    try {
      return await this.send(report);
    } catch (error) {
      await this.postpone(report);
      if (!(error instanceof LineFailure)) throw error;
      this.context.log.warn('report.no-answer', { attempts: report.attempts + 1 });
      return false;
    }
  }

  private async send(owed: ReportOutboxEntity): Promise<boolean> {
    const { context } = this;
    const line = callLine(maPraReports, context.peer('ma', maPraReports.name), context.identity, context.transport);
    const { handle, week, bucket, report } = owed;
    const taken = await line.forwardReport({ handle, week, bucket, report });
    if (isRefused(taken)) {
      context.log.warn('report.refused', { reason: taken.reason });
      if (taken.reason === 'internal') {
        await this.postpone(owed);
        return false;
      }
    }
    // What the MA has judged and refused is not sent again.
    await this.reports.forwarded(owed.reportId);
    return true;
  }

  private postpone(report: ReportOutboxEntity): Promise<void> {
    return this.reports.postpone(report, nextTryMillis(this.context.clock.nowMillis(), report.attempts));
  }
}
