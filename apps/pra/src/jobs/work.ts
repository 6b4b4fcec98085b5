/**
 * The worker of a PRA. The queue only wakes: what is owed stands in the tables, and is woken again at the start and every
 * few seconds, so that an emptied queue, a killed worker or an authority that was away loses nothing.
 */
import { periodAt } from '#credentials/period.js';
import type { AuthorityContext, Work } from '#service/authority-context.js';
import type { BatchStore } from '../store/batch.store.js';
import { erasePast } from '../store/erasure.js';
import type { PoolStore } from '../store/pool.store.js';
import type { ReportStore } from '../store/report.store.js';
import type { RequestStore } from '../store/request.store.js';
import type { StopStore } from '../store/stop.store.js';
import type { CertifyJob } from './certify.job.js';
import type { ExpandJob } from './expand.job.js';
import type { ForwardReportsJob } from './forward-reports.job.js';
import { CERTIFY, DUE, EXPAND, OUTBOX, POOL, REPORTS, SHUFFLE, STOPS, wakeCertify } from './queues.js';
import type { PassStopsJob } from './pass-stops.job.js';
import type { ShuffleJob } from './shuffle.job.js';

const TICK_MILLIS = 2_000;

export interface PraJobs {
  readonly expand: ExpandJob;
  readonly shuffle: ShuffleJob;
  readonly certify: CertifyJob;
  readonly reports: ForwardReportsJob;
  readonly stops: PassStopsJob;
}

export interface PraStores {
  readonly requests: RequestStore;
  readonly pool: PoolStore;
  readonly batches: BatchStore;
  readonly reports: ReportStore;
  readonly stops: StopStore;
}

export class PraWork implements Work {
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> | undefined;
  private erasedIn: number | undefined;

  constructor(
    private readonly context: AuthorityContext,
    private readonly jobs: PraJobs,
    private readonly stores: PraStores,
    private readonly batchesAtOnce: number,
  ) {}

  async begin(): Promise<void> {
    const { queues } = this.context;
    queues.work(EXPAND, () => this.jobs.expand.run());
    queues.work(SHUFFLE, () => this.jobs.shuffle.run());
    queues.work(CERTIFY, () => this.jobs.certify.run(), { atOnce: this.batchesAtOnce });
    queues.work(REPORTS, () => this.jobs.reports.run());
    queues.work(STOPS, () => this.jobs.stops.run());
    await this.wakeOwed();
    this.timer = setInterval(() => this.tick(), TICK_MILLIS);
    this.timer.unref();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    this.jobs.certify.end();
    await this.ticking;
  }

  /** Wakes whatever is owed and due now, and erases what has served its time when a new period has begun. */
  async wakeOwed(): Promise<void> {
    const { context, stores } = this;
    const now = context.clock.nowMillis();
    await this.eraseOncePerPeriod(now);
    if (await stores.requests.isAnyDue(now)) await context.queues.wake(EXPAND, DUE);
    if (await stores.batches.isAnyDue(now)) await wakeCertify(context.queues, this.batchesAtOnce);
    if (await stores.pool.hasItems()) await context.queues.wake(SHUFFLE, POOL);
    if ((await stores.reports.owed(now, 1)).length > 0) await context.queues.wake(REPORTS, OUTBOX);
    if ((await stores.stops.owed(now, 1)).length > 0) await context.queues.wake(STOPS, OUTBOX);
  }

  private async eraseOncePerPeriod(now: number): Promise<void> {
    const current = periodAt(this.context.profile.epochMillis, now);
    if (this.erasedIn === current) return;
    const { ended } = await erasePast(this.context.dataSource, current, now);
    if (ended > 0) this.context.log.warn('erase.unfinished', { i: current - 1, items: ended });
    this.erasedIn = current;
  }

  /** A tick that fails is logged, and the next one tries again. */
  private tick(): void {
    if (this.ticking !== undefined) return;
    this.ticking = this.wakeOwed()
      .catch((error: unknown) => this.context.log.error('work.tick', error))
      .finally(() => (this.ticking = undefined));
  }
}
