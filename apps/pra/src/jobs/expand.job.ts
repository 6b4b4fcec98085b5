/**
 * Job 1: a request becomes items. Both LAs are asked for one fresh chain each, the cocoon keys are expanded, and all of it
 * enters the pool in one transaction. After a crash before that the LAs are asked again: a chain nobody uses is harmless.
 */
import { fromHex } from '#crypto/bytes.js';
import type { CaterpillarKeys } from '#crypto/butterfly.js';
import { periodAt } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { scmsRoleOf } from '#credentials/certificate-facts.js';
import { callLine } from '#edge/call-line.js';
import { LineFailure } from '#edge/transport.js';
import { laPra } from '#edges/la-pra/linkage-values.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { openCaterpillar } from '../domain/caterpillar-bytes.js';
import { expandCocoons, itemsOf, type Periods } from '../domain/expansion.js';
import { sealedChain, type SealedChain } from '../domain/linkage-answer.js';
import type { AnswerRefusal } from '../domain/refusal.js';
import { nextTryMillis } from '../domain/retry.js';
import { isBlacklisted } from '../store/blacklist.store.js';
import type { RequestEntity } from '../store/request.entity.js';
import type { RequestStore } from '../store/request.store.js';
import { POOL, SHUFFLE } from './queues.js';

type ChainTrouble = AnswerRefusal | 'la-refused' | 'la-unknown' | 'same-la';

/** Label under which caterpillar keys are sealed in the crypto device. */
export const CATERPILLAR = 'caterpillar';

export class ExpandJob {
  constructor(
    private readonly context: AuthorityContext,
    private readonly requests: RequestStore,
  ) {}

  async run(key: string): Promise<void> {
    const now = this.context.clock.nowMillis();
    const request = await this.requests.due(fromHex(key), now);
    if (request === undefined) return;
    try {
      await this.expand(request, now);
    } catch (error) {
      await this.postpone(request);
      if (!(error instanceof LineFailure)) throw error;
      this.context.log.warn('expand.no-answer', { attempts: request.attempts + 1 });
    }
    await this.context.queues.wake(SHUFFLE, POOL);
  }

  private async expand(request: RequestEntity, now: number): Promise<void> {
    // BI10: what the request relied on is checked again.
    if (await isBlacklisted(this.context.dataSource, request.ecHash))
      return this.requests.end(request.requestId, 'blocked');
    const iMin = Math.max(request.iMin, periodAt(this.context.profile.epochMillis, now));
    if (iMin > request.iMax) return this.requests.end(request.requestId, 'expired');
    const periods = { iMin, iMax: request.iMax, jMax: request.jMax };
    const cocoons = expandCocoons(await this.caterpillar(request), periods);
    if (isRefused(cocoons)) return this.refuse(request, cocoons.reason);
    const chains = await this.chains(periods);
    if (isRefused(chains)) return this.complain(request, chains.reason);
    const items = itemsOf(cocoons, iMin, chains);
    const outcome = await this.requests.expand(request.requestId, items, chains);
    if (!isRefused(outcome)) return this.context.log.info('expand.done', { items: items.length });
    if (outcome.reason === 'gone') return;
    await this.refuse(request, outcome.reason);
  }

  /** What no later try can mend. */
  private async refuse({ requestId }: RequestEntity, reason: string): Promise<void> {
    this.context.log.warn('expand.refused', { reason });
    await this.requests.end(requestId, 'refused');
  }

  private async chains(periods: Periods): Promise<readonly [SealedChain, SealedChain] | Refused<ChainTrouble>> {
    const [la1, la2] = await Promise.all([this.chainOf('la1', periods), this.chainOf('la2', periods)]);
    if (isRefused(la1)) return la1;
    if (isRefused(la2)) return la2;
    // LK4: two values of one LA would make the linkage value its own to compute.
    return la1.laId === la2.laId ? refused('same-la') : [la1, la2];
  }

  private async chainOf(name: string, periods: Periods): Promise<SealedChain | Refused<ChainTrouble>> {
    const { context } = this;
    const peer = context.peer(name, laPra.name);
    const laId = this.laIdOf(peer.hostname);
    if (laId === undefined) return refused('la-unknown');
    const { iMin, iMax, jMax } = periods;
    const header = { iMin, iMax, praId: context.hostname, pcaId: context.peer('pca', 'pca-pra').hostname };
    const value = { header, jMax, numberOfFreshInd: 1 };
    const line = callLine(laPra, peer, context.identity, context.transport);
    const answer = await line.requestPreLinkageValues({ kind: 'individualLVRequest', value });
    if (isRefused(answer)) {
      context.log.warn('expand.la-refused', { la: name, reason: answer.reason });
      return refused('la-refused');
    }
    return sealedChain(answer, { ...periods, laId });
  }

  /** The identifier in the LA's listed certificate. */
  private laIdOf(hostname: string): number | undefined {
    const { trust, clock, profile } = this.context;
    const listed = trust.named(hostname, clock.nowMillis());
    const role = listed && scmsRoleOf(listed.certificate, profile.aid.management);
    return role?.kind === 'la' ? role.value.laId : undefined;
  }

  private async caterpillar(request: RequestEntity): Promise<CaterpillarKeys> {
    const sealed = request.sealedCaterpillar;
    const opened = sealed && (await this.context.device.open(CATERPILLAR, sealed));
    if (!opened) throw new Error('the sealed keys of a request do not open');
    return openCaterpillar(opened);
  }

  private async complain(request: RequestEntity, reason: ChainTrouble): Promise<void> {
    this.context.log.warn('expand.chains-not-taken', { reason, attempts: request.attempts + 1 });
    await this.postpone(request);
  }

  private postpone({ requestId, attempts }: RequestEntity): Promise<void> {
    const due = nextTryMillis(this.context.clock.nowMillis(), attempts);
    return this.requests.postpone(requestId, attempts + 1, due);
  }
}
