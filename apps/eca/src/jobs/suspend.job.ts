/** A stopped device is told to the AAA by the hash of its key, until the AAA has answered. */
import { isRefused } from '#credentials/refusal.js';
import type { Port } from '#edge/edge.js';
import { LineFailure } from '#edge/transport.js';
import type { aaaEca } from '#edges/aaa-eca/authorise.js';
import type { AuthorityContext } from '#service/authority-context.js';
import type { StopStore } from '../store/stop.store.js';
import type { SuspensionEntity } from '../store/suspension.entity.js';

const AT_ONCE = 100;
const FIRST_MILLIS = 2_000;
const LONGEST_MILLIS = 60_000;

export class SuspendJob {
  constructor(
    private readonly context: AuthorityContext,
    private readonly aaa: Pick<Port<typeof aaaEca>, 'suspendDevice'>,
    private readonly stops: StopStore,
  ) {}

  /** Everything that is due, until the AAA is silent: then the others wait as well. */
  async run(): Promise<void> {
    for (;;) {
      const owed = await this.stops.owed(this.context.clock.nowMillis(), AT_ONCE);
      for (const suspension of owed) if (!(await this.tell(suspension))) return;
      if (owed.length < AT_ONCE) return;
    }
  }

  private async tell(owed: SuspensionEntity): Promise<boolean> {
    try {
      const told = await this.aaa.suspendDevice({ keyHash: new Uint8Array(owed.keyHash) });
      if (!isRefused(told)) {
        await this.stops.told(owed, this.context.clock.nowMillis());
        return true;
      }
      this.context.log.warn('suspension.refused', { reason: told.reason });
    } catch (error) {
      if (!(error instanceof LineFailure)) {
        await this.postpone(owed);
        throw error;
      }
      this.context.log.warn('suspension.no-answer', { attempts: owed.attempts + 1 });
    }
    await this.postpone(owed);
    return false;
  }

  private postpone(owed: SuspensionEntity): Promise<void> {
    const wait = Math.min(FIRST_MILLIS * 2 ** Math.min(owed.attempts, 10), LONGEST_MILLIS);
    return this.stops.postpone(owed, this.context.clock.nowMillis() + wait);
  }
}
