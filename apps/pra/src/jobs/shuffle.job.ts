/** Job 2: batches are drawn from the pool, class by class, as long as enough devices are in it. */
import { decode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { time32FromMillis } from '#wire/time.js';
import { batchItemWriter } from '../domain/batch-item.js';
import { drawBatches, type ShuffleRules } from '../domain/draw-batches.js';
import { PublicFields } from '../domain/public-fields.js';
import type { BatchStore, DrawnItem, Formed } from '../store/batch.store.js';
import type { PoolClass, PoolStore } from '../store/pool.store.js';
import { wakeCertify } from './queues.js';

export interface ShuffleSettings extends ShuffleRules {
  /** After this time a class is drawn empty, in smaller batches, as far as D allows. */
  readonly flushSeconds: number;
  readonly batchesAtOnce: number;
}

export class ShuffleJob {
  /** Since when a class has waited, by its name, Unix milliseconds. Lost with the process, and then counted anew. */
  private readonly since = new Map<string, number>();
  /** Classes of which it was said that they wait for devices: said once. */
  private readonly said = new Set<string>();

  constructor(
    private readonly context: AuthorityContext,
    private readonly pool: PoolStore,
    private readonly batches: BatchStore,
    private readonly settings: ShuffleSettings,
  ) {}

  async run(): Promise<void> {
    const classes = await this.pool.classes();
    const names = new Set(classes.map(nameOf));
    for (const name of this.since.keys()) if (!names.has(name)) this.forget(name);
    for (const pool of classes) await this.drawFrom(pool);
  }

  /** Full batches at once; the rest when it has waited long enough. Age lowers the number of items, never D. */
  private async drawFrom(pool: PoolClass): Promise<void> {
    const now = this.context.clock.nowMillis();
    const name = nameOf(pool);
    if (!this.since.has(name)) this.since.set(name, now);
    const isFlush = now - (this.since.get(name) as number) >= this.settings.flushSeconds * 1000;
    if (!isFlush && pool.items < this.settings.maximumItems) return;
    // Nothing is read of a class that waits for devices: there may be many such, looked at every few seconds.
    if (pool.devices < this.settings.minimumDevices) return this.sayWaiting(pool);
    for (;;) {
      if ((await this.form(pool, isFlush)) === 0) return;
      this.said.delete(name);
      if (isFlush) this.since.delete(name);
      await wakeCertify(this.context.queues, this.settings.batchesAtOnce);
    }
  }

  /** One draw, committed as a whole; how many items it took. What it did not read of the pool the next draw finds. */
  private async form(pool: PoolClass, isFlush: boolean): Promise<number> {
    const { random, clock, profile } = this.context;
    const formedMillis = clock.nowMillis();
    let write: ReturnType<typeof batchItemWriter> | undefined;
    const draw = (waiting: DrawnItem[]): Formed[] => {
      const entries = waiting.map((item) => ({ device: item.device, key: item }));
      const batches = drawBatches(entries, this.settings, isFlush, random);
      return batches.map((drawn) => ({ batchId: random.bytes(16), drawn }));
    };
    const frame = { profile, generationTime: time32FromMillis(formedMillis), i: pool.i };
    const items = await this.batches.form(pool, formedMillis, draw, (item, encoded) => {
      write ??= batchItemWriter({ ...frame, fields: decode(PublicFields, encoded) });
      return write(item);
    });
    if (items > 0) this.context.log.info('shuffle.drawn', { i: pool.i, items });
    return items;
  }

  /** Below D the pool waits, however long. */
  private sayWaiting(pool: PoolClass): void {
    const name = nameOf(pool);
    if (this.said.has(name)) return;
    this.said.add(name);
    const { i, devices } = pool;
    this.context.log.info('shuffle.waiting', { i, devices, minimumDevices: this.settings.minimumDevices });
  }

  private forget(name: string): void {
    this.since.delete(name);
    this.said.delete(name);
  }
}

const nameOf = ({ i, classKey }: PoolClass): string => `${i} ${hex(classKey)}`;
