/**
 * Job 3: formed batches go to the PCA, several at once, and the answers of each are stored together. A worker that dies in
 * between sends the very same items again and gets the very same answers.
 */
import { isRefused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { LineFailure } from '#edge/transport.js';
import { pcaPra } from '#edges/pca-pra/issue-batch.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { sealedAnswers } from '../domain/batch-answer.js';
import { nextTryMillis } from '../domain/retry.js';
import type { BatchStore, OwedBatch } from '../store/batch.store.js';
import { POOL, SHUFFLE } from './queues.js';

/** A batch that was refused at this age gets a new generationTime: the PCA takes none that is a day old. */
const STALE_MILLIS = 12 * 3_600_000;

export class CertifyJob {
  private hasEnded = false;

  constructor(
    private readonly context: AuthorityContext,
    private readonly batches: BatchStore,
  ) {}

  /**
   * One batch after the other, until none is due any more, or the PCA does not answer: then all others wait as well. Several
   * runs may go on side by side: while the PCA works on one batch, the answers of another are stored.
   */
  async run(): Promise<void> {
    while (!this.hasEnded) {
      const batch = await this.batches.take(this.context.clock.nowMillis());
      if (batch === undefined || !(await this.tryCertify(batch))) return;
    }
  }

  /** What is under way is finished, and nothing more is taken. */
  end(): void {
    this.hasEnded = true;
  }

  /** False when the PCA does not answer. */
  private async tryCertify(batch: OwedBatch): Promise<boolean> {
    try {
      await this.certify(batch);
      return true;
    } catch (error) {
      await this.postpone(batch);
      if (!(error instanceof LineFailure)) throw error;
      this.context.log.warn('certify.no-answer', { attempts: batch.attempts + 1 });
      return false;
    }
  }

  private async certify(batch: OwedBatch): Promise<void> {
    const { context } = this;
    const line = callLine(pcaPra, context.peer('pca', pcaPra.name), context.identity, context.transport);
    const items = batch.items.map(({ item }) => item);
    const issued = await line.issueBatch({ items });
    if (isRefused(issued)) return this.refusedByPca(batch, issued.reason);
    const answers = sealedAnswers(items, issued.responses);
    if (isRefused(answers)) {
      context.log.error('certify.answer-not-taken', new Error(answers.reason));
      return this.postpone(batch);
    }
    await this.batches.answer(batch, answers, context.clock.nowMillis());
    context.log.info('certify.answered', { items: answers.length });
  }

  /** Refused whole is never issued: an old batch is mixed anew, a young one tried again as it is. */
  private async refusedByPca(batch: OwedBatch, reason: string): Promise<void> {
    const isStale = this.context.clock.nowMillis() - batch.formedMillis > STALE_MILLIS;
    this.context.log.warn('certify.refused', { reason, attempts: batch.attempts + 1, isStale });
    if (!isStale || reason === 'internal') return this.postpone(batch);
    await this.batches.dissolve(batch);
    await this.context.queues.wake(SHUFFLE, POOL);
  }

  private postpone(batch: OwedBatch): Promise<void> {
    return this.batches.postpone(batch, nextTryMillis(this.context.clock.nowMillis(), batch.attempts));
  }
}
