/**
 * A blocked certificate is told to the ECA and the ARA of the domain: its hash, and nothing else. Each is told until it has
 * answered. The ECA names the device's other certificates, which are blocked here too.
 */
import { isRefused, type Refused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { LineFailure } from '#edge/transport.js';
import { araPra } from '#edges/ara-pra/block-enrolment.js';
import { ecaPra } from '#edges/eca-pra/stop-enrolment.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { millisFromTime32 } from '#wire/time.js';
import { nextTryMillis } from '../domain/retry.js';
import type { StopOutboxEntity } from '../store/blacklist.entity.js';
import type { AlsoStopped, StopStore } from '../store/stop.store.js';

const AT_ONCE = 100;

export class PassStopsJob {
  constructor(
    private readonly context: AuthorityContext,
    private readonly stops: StopStore,
  ) {}

  /**
   * Everything that is due, also what an answer of the ECA adds; one addressee's silence does not keep the other waiting. It
   * ends: what is told is erased, and what is not is postponed.
   */
  async run(): Promise<void> {
    for (;;) {
      const owed = await this.stops.owed(this.context.clock.nowMillis(), AT_ONCE);
      if (owed.length === 0) return;
      for (const stop of owed) await this.pass(stop);
    }
  }

  private async pass(stop: StopOutboxEntity): Promise<void> {
    const now = this.context.clock.nowMillis();
    try {
      const others = stop.addressee === 'eca' ? await this.tellEca(stop.ecHash) : await this.tellAra(stop.ecHash);
      if (isRefused(others)) this.context.log.warn('stop.refused', { by: stop.addressee, reason: others.reason });
      // An ECA that never issued it has no device to stop; whatever else it refuses is not settled.
      const isOver = !isRefused(others) || others.reason === 'enrolment-unknown';
      if (isOver) await this.stops.told(stop, isRefused(others) ? [] : others, now);
      else await this.postpone(stop);
    } catch (error) {
      await this.postpone(stop);
      if (!(error instanceof LineFailure)) throw error;
      this.context.log.warn('stop.no-answer', { by: stop.addressee, attempts: stop.attempts + 1 });
    }
  }

  private async tellEca(ecHash: Uint8Array): Promise<AlsoStopped[] | Refused> {
    const { context } = this;
    const line = callLine(ecaPra, context.peer('eca', ecaPra.name), context.identity, context.transport);
    const answer = await line.stopEnrolment({ enrolment: new Uint8Array(ecHash) });
    if (isRefused(answer)) return answer;
    return answer.enrolments
      .filter(({ enrolment }) => Buffer.compare(enrolment, ecHash) !== 0)
      .map(({ enrolment, expiry }) => ({ ecHash: enrolment, untilMillis: millisFromTime32(expiry) }));
  }

  private async tellAra(ecHash: Uint8Array): Promise<AlsoStopped[] | Refused> {
    const { context } = this;
    const line = callLine(araPra, context.peer('ara', araPra.name), context.identity, context.transport);
    const answer = await line.blockEnrolment({ enrolment: new Uint8Array(ecHash) });
    return isRefused(answer) ? answer : [];
  }

  private postpone(stop: StopOutboxEntity): Promise<void> {
    return this.stops.postpone(stop, nextTryMillis(this.context.clock.nowMillis(), stop.attempts));
  }
}
