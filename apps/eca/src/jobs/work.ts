/** The worker of an ECA. The queue only wakes: what is owed to the AAA stands in its table, and is looked for every few seconds. */
import type { AuthorityContext, Work } from '#service/authority-context.js';
import type { StopStore } from '../store/stop.store.js';
import { OUTBOX, SUSPEND } from './queues.js';
import type { SuspendJob } from './suspend.job.js';

const TICK_MILLIS = 2_000;

export class EcaWork implements Work {
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> | undefined;

  constructor(
    private readonly context: AuthorityContext,
    private readonly suspend: SuspendJob,
    private readonly stops: StopStore,
  ) {}

  async begin(): Promise<void> {
    this.context.queues.work(SUSPEND, () => this.suspend.run());
    await this.wakeOwed();
    this.timer = setInterval(() => this.tick(), TICK_MILLIS);
    this.timer.unref();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.ticking;
  }

  private async wakeOwed(): Promise<void> {
    const { clock, queues } = this.context;
    if ((await this.stops.owed(clock.nowMillis(), 1)).length > 0) await queues.wake(SUSPEND, OUTBOX);
  }

  /** A tick that fails is logged, and the next one tries again. */
  private tick(): void {
    if (this.ticking !== undefined) return;
    this.ticking = this.wakeOwed()
      .catch((error: unknown) => this.context.log.error('work.tick', error))
      .finally(() => (this.ticking = undefined));
  }
}
