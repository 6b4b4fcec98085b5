import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { ccsa } from '#credentials/profile.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { pooledItem } from '../domain/answers.fixture.js';
import { PublicFields, publicFields } from '../domain/public-fields.js';
import type { BatchStore, DrawnItem } from '../store/batch.store.js';
import type { PoolClass, PoolStore } from '../store/pool.store.js';
import { ShuffleJob } from './shuffle.job.js';

const D = 3;
const MOST = 12;
const FLUSH_SECONDS = 5;
const item = pooledItem();
const fields = encode(PublicFields, publicFields([{ psid: 111 }], undefined));

/** One class in a pool without a database: rows of the devices in it, as the stores would give them. */
function stand() {
  let waiting: DrawnItem[] = [];
  const state = {
    now: Date.UTC(2026, 10, 17, 4),
    batches: [] as number[],
    wakes: [] as string[],
    said: [] as object[],
    asked: 0,
  };
  const pool = {
    classes: async (): Promise<PoolClass[]> =>
      waiting.length === 0
        ? []
        : [
            {
              i: 358,
              classKey: Buffer.alloc(32),
              items: waiting.length,
              devices: new Set(waiting.map(({ device }) => device)).size,
            },
          ],
  } as unknown as PoolStore;
  const batches = {
    form: async (...[, , draw, make]: Parameters<BatchStore['form']>): Promise<number> => {
      state.asked += 1;
      const formed = draw(waiting);
      for (const { drawn } of formed) {
        state.batches.push(drawn.length);
        for (const one of drawn) expect(make(one.item, fields).length).toBeGreaterThan(100);
        waiting = waiting.filter((one) => !drawn.includes(one));
      }
      return formed.reduce((sum, { drawn }) => sum + drawn.length, 0);
    },
  } as unknown as BatchStore;
  const context = {
    profile: ccsa,
    random: systemRandom,
    clock: { nowMillis: () => state.now },
    log: { info: (event: string, told: object) => event === 'shuffle.waiting' && state.said.push(told) },
    queues: { wake: async (queue: string, key: string) => void state.wakes.push(`${queue} ${key}`) },
  } as unknown as AuthorityContext;
  const settings = { minimumDevices: D, maximumItems: MOST, flushSeconds: FLUSH_SECONDS, batchesAtOnce: 2 };
  const job = new ShuffleJob(context, pool, batches, settings);
  const add = (device: string, count: number): void => {
    const requestId = Buffer.from(systemRandom.bytes(16));
    for (let j = 0; j < count; j++) waiting.push({ device, requestId, item: { ...item, j } });
  };
  return { state, job, add, left: () => waiting.length };
}

describe('drawing from the pool', () => {
  it('makes full batches at once, and wakes as many senders as may work side by side', async () => {
    const { state, job, add, left } = stand();
    for (const device of ['a', 'b', 'c', 'd']) add(device, 10);
    await job.run();
    expect([state.batches, left()]).toEqual([[12, 12, 12], 4]);
    expect(state.wakes).toEqual(['certify lane 0', 'certify lane 1']);
  });

  it('lets less than a full batch wait for company until its time is over, and shares out all of it then', async () => {
    const { state, job, add, left } = stand();
    for (const device of ['a', 'b', 'c']) add(device, 3);
    await job.run();
    state.now += FLUSH_SECONDS * 1000 - 1;
    await job.run();
    expect([state.asked, left()]).toEqual([0, 9]);
    state.now += 1;
    await job.run();
    expect([state.batches, left()]).toEqual([[9], 0]);
  });

  it('counts the time anew for what comes after', async () => {
    const { state, job, add, left } = stand();
    for (const device of ['a', 'b', 'c']) add(device, 3);
    await job.run();
    state.now += FLUSH_SECONDS * 1000;
    await job.run();
    for (const device of ['a', 'b', 'c']) add(device, 1);
    await job.run();
    expect(left()).toBe(3);
    state.now += FLUSH_SECONDS * 1000;
    await job.run();
    expect([state.batches, left()]).toEqual([[9, 3], 0]);
  });

  it('keeps the time of what stays behind a full batch: who came first is not put off by who comes later', async () => {
    const { state, job, add, left } = stand();
    for (const device of ['a', 'b', 'c']) add(device, 3);
    await job.run();
    state.now += FLUSH_SECONDS * 1000 - 1;
    for (const device of ['d', 'e']) add(device, 3);
    await job.run();
    expect([state.batches, left()]).toEqual([[12], 3]);
    add('f', 1);
    state.now += 1;
    await job.run();
    expect(left()).toBe(0);
  });

  it('PV2 waits below D devices, however old and many the items are, and says so once for each wait', async () => {
    const { state, job, add, left } = stand();
    add('a', 100);
    add('b', 100);
    for (let run = 0; run < 5; run++) {
      await job.run();
      state.now += 3_600_000;
    }
    expect([state.asked, left(), state.wakes]).toEqual([0, 200, []]);
    expect(state.said).toEqual([{ i: 358, devices: 2, minimumDevices: D }]);
    add('c', 100);
    await job.run();
    expect(left()).toBe(0);
    add('a', 20);
    for (let run = 0; run < 2; run++) {
      await job.run();
      state.now += 3_600_000;
    }
    expect(state.said.length).toBe(2);
  });
});
