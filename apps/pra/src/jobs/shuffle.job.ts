/** Job 2: batches are drawn from the pool, class by class, as long as enough devices are in it. */
import { decode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { itemHash } from '#edges/pca-pra/issue-batch.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { time32FromMillis } from '#wire/time.js';
import { batchItem, type BatchFrame } from '../domain/batch-item.js';
import { chooseBatch, type Choice, type ShuffleRules } from '../domain/choose-batch.js';
import { PublicFields } from '../domain/public-fields.js';
import type { BatchStore, FormedItem, ItemKey, PoolClass, PooledItem } from '../store/batch.store.js';
import type { RequestStore } from '../store/request.store.js';
import { CERTIFY } from './queues.js';

export class ShuffleJob {
  /** What was last said of a waiting class, so that it is said once. */
  private readonly said = new Map<string, number>();

  constructor(
    private readonly context: AuthorityContext,
    private readonly batches: BatchStore,
    private readonly requests: RequestStore,
    private readonly rules: ShuffleRules,
  ) {}

  async run(): Promise<void> {
    // Devices that are about to join would otherwise be left behind, too few for a batch of their own.
    const isGathering = (await this.requests.countUntried()) > 0;
    for (const pool of await this.batches.classes()) {
      if (isGathering && pool.items < this.rules.maximumItems) continue;
      await this.drawFrom(pool);
    }
  }

  private async drawFrom(pool: PoolClass): Promise<void> {
    for (;;) {
      const { choice, batchId } = await this.form(pool);
      if (choice.kind === 'waiting') return this.sayWaiting(pool, choice.devices);
      this.context.log.info('shuffle.batch', { i: pool.i, items: choice.keys.length });
      await this.context.queues.wake(CERTIFY, hex(batchId));
    }
  }

  private async form(pool: PoolClass): Promise<{ choice: Choice<ItemKey>; batchId: Uint8Array }> {
    const { random, clock, profile } = this.context;
    const batchId = random.bytes(16);
    const formedMillis = clock.nowMillis();
    const frame = { profile, generationTime: time32FromMillis(formedMillis), i: pool.i };
    let choice: Choice<ItemKey> = { kind: 'waiting', devices: 0 };
    await this.batches.form(
      pool,
      { batchId, formedMillis },
      (entries) => {
        choice = chooseBatch(entries, this.rules, random);
        return choice.kind === 'batch' ? choice : undefined;
      },
      (items, fields) => formedItems(items, { ...frame, fields: decode(PublicFields, fields) }),
    );
    return { choice, batchId };
  }

  /** Below D the pool waits, and says so. */
  private sayWaiting(pool: PoolClass, devices: number): void {
    const name = `${pool.i} ${hex(pool.classKey)}`;
    if (devices === 0) return void this.said.delete(name);
    if (this.said.get(name) === devices) return;
    this.said.set(name, devices);
    this.context.log.info('shuffle.waiting', { i: pool.i, devices, minimumDevices: this.rules.minimumDevices });
  }
}

function formedItems(items: readonly PooledItem[], frame: BatchFrame): FormedItem[] {
  return items.map((pooled) => {
    const item = batchItem(pooled, frame);
    return { requestId: pooled.requestId, j: pooled.j, item, itemHash: itemHash(item) };
  });
}
