/**
 * The worker of an ARA. The queue only wakes: what is owed stands in the table, and is woken again at the start and every few
 * seconds, so that an emptied queue, a killed worker or an ACA that was away loses nothing.
 */
import type { AuthorityContext, Work } from '#service/authority-context.js';
import type { RequestStore } from '../store/request.store.js';
import type { CertifyJob } from './certify.job.js';
import { CERTIFY } from './queues.js';

const TICK_MILLIS = 2_000;
const WAKES_A_TICK = 500;
const ERASE_MILLIS = 3_600_000;

export class AraWork implements Work {
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> | undefined;
  private erasedMillis = -Infinity;

  constructor(
    private readonly context: AuthorityContext,
    private readonly certify: CertifyJob,
    private readonly requests: RequestStore,
  ) {}

  async begin(): Promise<void> {
    this.context.queues.work(CERTIFY, (key) => this.certify.run(key));
    await this.wakeOwed();
    this.timer = setInterval(() => this.tick(), TICK_MILLIS);
    this.timer.unref();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.ticking;
  }

  /** Wakes whatever is owed and due now; once an hour, erases what has served its time. */
  async wakeOwed(): Promise<void> {
    const now = this.context.clock.nowMillis();
    if (now - this.erasedMillis >= ERASE_MILLIS) {
      await this.requests.erasePast(now);
      this.erasedMillis = now;
    }
    for (const key of await this.requests.owed(now, WAKES_A_TICK)) await this.context.queues.wake(CERTIFY, key);
  }

  /** A tick that fails is logged, and the next one tries again. */
  private tick(): void {
    if (this.ticking !== undefined) return;
    this.ticking = this.wakeOwed()
      .catch((error: unknown) => this.context.log.error('work.tick', error))
      .finally(() => (this.ticking = undefined));
  }
}
