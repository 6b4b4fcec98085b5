/**
 * Job 1: weeks of requests become items. What is due is taken and put into groups that ask for the same weeks; for each
 * group each LA is asked once, and all of it enters the pool in one transaction. After a crash before that the LAs are
 * asked again: a chain nobody uses is harmless, and chains that then do not go on are replaced by fresh ones beside them.
 */
import { periodAt } from '#credentials/period.js';
import { LineFailure } from '#edge/transport.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { gatheredUntilMillis, groupsOf, type Group } from '../domain/expansion-groups.js';
import { nextTryMillis } from '../domain/retry.js';
import { topUpMillis, weeksDue, type TopUpRules } from '../domain/top-up.js';
import type { DueRequest, ExpansionStore } from '../store/expansion.store.js';
import { GroupExpansion, type OwedWeeks } from './group-expansion.js';
import type { LinkageChains } from './linkage-chains.js';
import { POOL, SHUFFLE } from './queues.js';

/** Requests taken at once: they wait in memory for their group's turn. */
const REQUESTS_AT_ONCE = 256;
/** How long requests are a worker's own: what it leaves undone when it dies is due again then. */
const TAKEN_MILLIS = 60_000;

export interface ExpansionRules extends TopUpRules {
  /** Requests are expanded in groups, once in so many seconds. */
  readonly gatherSeconds: number;
}

export class ExpandJob {
  private readonly groups: GroupExpansion;

  constructor(
    private readonly context: AuthorityContext,
    private readonly store: ExpansionStore,
    private readonly rules: ExpansionRules,
    private readonly isPoolFull: () => Promise<boolean>,
    linkage: LinkageChains,
  ) {
    this.groups = new GroupExpansion(context, store, linkage, (i) => this.dueMillis(i));
  }

  /** Everything that is due, as far as it was gathered; while the pool is full it stays owed, and the next tick asks again. */
  async run(): Promise<void> {
    const { clock, queues, random } = this.context;
    while (!(await this.isPoolFull())) {
      const now = clock.nowMillis();
      const until = gatheredUntilMillis(now, this.rules.gatherSeconds);
      const taken = await this.store.take(until, now + TAKEN_MILLIS, REQUESTS_AT_ONCE);
      if (taken.length === 0) return;
      const owed: OwedWeeks[] = [];
      for (const request of taken) {
        const weeks = await this.weeksOf(request, now);
        if (weeks !== undefined) owed.push(weeks);
      }
      await this.expandAll(groupsOf(owed, random));
      await queues.wake(SHUFFLE, POOL);
    }
  }

  /** What is to be made of a request now; nothing when it has ended, or is due later. */
  private async weeksOf(request: DueRequest, now: number): Promise<OwedWeeks | undefined> {
    // BI10: what the request relied on is checked again.
    if (request.isBlocked) return void (await this.store.end(request, 'blocked'));
    const current = periodAt(this.context.profile.epochMillis, now);
    const due = weeksDue(request, current, this.rules.aheadWeeks);
    switch (due.kind) {
      case 'over':
        return void (await this.store.end(request, 'expired'));
      case 'later':
        return void (await this.store.putOff(request, this.dueMillis(due.nextI)));
      case 'weeks': {
        // An LA keeps no chain whose last week has passed.
        const isContinued = request.last !== undefined && request.last.iTo >= current;
        return { request, iMin: due.iMin, iMax: due.iMax, jMax: request.jMax, isContinued };
      }
    }
  }

  private dueMillis(i: number): number {
    return topUpMillis(this.context.profile, i, this.rules, this.context.random);
  }

  /** Group by group, until the pool is full. Once an authority is away, the groups that are left do not ask it either. */
  private async expandAll(groups: readonly Group<OwedWeeks>[]): Promise<void> {
    let isAway = false;
    for (const [n, group] of groups.entries()) {
      if (isAway) await this.failed(group);
      else if (n > 0 && (await this.isPoolFull())) return this.store.putBack(groups.slice(n).flatMap(requestsOf));
      else isAway = (await this.expand(group)) === 'away';
    }
  }

  private async expand(group: Group<OwedWeeks>): Promise<'asked' | 'away'> {
    const requests = group.requests.length;
    try {
      const trouble = await this.groups.expand(group);
      if (trouble === undefined) return 'asked';
      this.context.log.warn('expand.chains-not-taken', { reason: trouble.reason, requests });
      await this.failed(group);
      return 'asked';
    } catch (error) {
      await this.failed(group);
      if (error instanceof LineFailure) {
        this.context.log.warn('expand.no-answer', { requests });
        return 'away';
      }
      this.context.log.error('expand.failed', error, { requests });
      return 'asked';
    }
  }

  private failed(group: Group<OwedWeeks>): Promise<void> {
    const requests = requestsOf(group);
    const attempts = Math.max(...requests.map((request) => request.attempts));
    return this.store.failed(requests, nextTryMillis(this.context.clock.nowMillis(), attempts));
  }
}

const requestsOf = ({ requests }: Group<OwedWeeks>): DueRequest[] => requests.map(({ request }) => request);
