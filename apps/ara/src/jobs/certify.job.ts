/**
 * An accepted request goes to the ACA, and its answer is stored. A worker that dies in between sends the very same item again
 * and gets the very same answer. What the certificate relies on is looked at again before it is asked for (BI10).
 */
import { decode } from '#coer/codec.js';
import { fromHex } from '#crypto/bytes.js';
import { isRefused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { LineFailure } from '#edge/transport.js';
import { acaAra } from '#edges/aca-ara/issue-application.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { sealedAnswer } from '../domain/answer.js';
import { itemOf, Wanted } from '../domain/item.js';
import { nextTryMillis } from '../domain/retry.js';
import type { OwedRequest, RequestStore } from '../store/request.store.js';

const HOUR_MILLIS = 3_600_000;
/** The ACA has certified this key or request before, or never will: trying again changes nothing. */
const FINAL: readonly string[] = [
  'already-certified',
  'item-form',
  'item-key',
  'item-possession',
  'item-permissions',
  'item-region',
];
/** Of an item that was kept too long. Nothing was certified for it, so that a new one may be made. */
const TOO_OLD: readonly string[] = ['item-stale', 'item-validity'];

export class CertifyJob {
  constructor(
    private readonly context: AuthorityContext,
    private readonly requests: RequestStore,
  ) {}

  async run(key: string): Promise<void> {
    const request = await this.requests.due(fromHex(key), this.context.clock.nowMillis());
    if (request === undefined) return;
    try {
      await this.certify(request);
    } catch (error) {
      await this.postpone(request);
      if (!(error instanceof LineFailure)) throw error;
      this.context.log.warn('certify.no-answer', { attempts: request.attempts + 1 });
    }
  }

  private async certify(request: OwedRequest): Promise<void> {
    const { context, requests } = this;
    if (request.ecExpiresMillis <= context.clock.nowMillis()) return this.end(request, 'expired');
    const item = request.item ?? (await this.newItem(request));
    if (item === undefined) return;
    const line = callLine(acaAra, context.peer('aca', acaAra.name), context.identity, context.transport);
    const { requestHash, possession } = request;
    const issued = await line.issueApplication({ item, requestHash, possession });
    if (isRefused(issued)) return this.refusedByAca(request, issued.reason);
    const answer = sealedAnswer(item, issued.response);
    if (isRefused(answer)) {
      context.log.error('certify.answer-not-taken', new Error(answer.reason));
      return this.postpone(request);
    }
    await requests.answer(request.requestId, answer);
    context.log.info('certify.answered');
  }

  /** The item of now, kept before it is sent; `undefined` when the enrolment has ended or was blocked: then nothing is owed. */
  private async newItem(request: OwedRequest): Promise<Uint8Array | undefined> {
    const { profile, clock } = this.context;
    const nowMillis = clock.nowMillis();
    const wanted = decode(Wanted, request.wanted);
    const hours = Math.min(wanted.hours, Math.floor((request.ecExpiresMillis - nowMillis) / HOUR_MILLIS));
    if (hours < 1) return this.end(request, 'expired');
    const item = itemOf({ ...wanted, hours }, { profile, nowMillis });
    const kept = await this.requests.keepItem(request.requestId, item, nowMillis + hours * HOUR_MILLIS);
    return kept ?? this.end(request, 'blocked');
  }

  private async refusedByAca(request: OwedRequest, reason: string): Promise<void> {
    this.context.log.warn('certify.refused', { reason, attempts: request.attempts + 1 });
    if (FINAL.includes(reason)) return void (await this.end(request, 'refused'));
    if (TOO_OLD.includes(reason)) await this.requests.forgetItem(request.requestId);
    await this.postpone(request);
  }

  private async end({ requestId }: OwedRequest, state: 'expired' | 'blocked' | 'refused'): Promise<undefined> {
    await this.requests.end(requestId, state);
    this.context.log.info('certify.ended', { state });
    return undefined;
  }

  private postpone(request: OwedRequest): Promise<void> {
    return this.requests.postpone(request, nextTryMillis(this.context.clock.nowMillis(), request.attempts));
  }
}
