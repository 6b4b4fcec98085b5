/** The tables between the expansion of a request and its bundle: nothing lost, nothing twice, whoever works at once. */
import { jest } from '@jest/globals';
import type { DataSource, EntityManager } from 'typeorm';
import { praAuthority } from '#apps/pra/src/pra.authority.js';
import { encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { ccsa } from '#credentials/profile.js';
import { openDataSource } from '#persistence/data-source.js';
import { partitionPeriods } from '#persistence/period-partitions.js';
import { LineReplayEntity } from '#service/line-replay.entity.js';
import { LineReplay1700000000000 } from '#service/line-replay.migration.js';
import { pooledItem } from '../../apps/pra/src/domain/answers.fixture.js';
import { batchItem, pooledOf } from '../../apps/pra/src/domain/batch-item.js';
import { drawBatches } from '../../apps/pra/src/domain/draw-batches.js';
import type { PoolItem } from '../../apps/pra/src/domain/expansion.js';
import { classKey, PublicFields, publicFields } from '../../apps/pra/src/domain/public-fields.js';
import { BatchStore, type OwedBatch } from '../../apps/pra/src/store/batch.store.js';
import { block } from '../../apps/pra/src/store/blacklist.store.js';
import { erasePast } from '../../apps/pra/src/store/erasure.js';
import { insertMany, PoolStore, preparePeriods } from '../../apps/pra/src/store/pool.store.js';
import { RequestEntity } from '../../apps/pra/src/store/request.entity.js';
import { lockPool } from '../../apps/pra/src/store/transaction.js';
import { withPostgres } from '../support/postgres.js';

jest.setTimeout(60_000);

const NOW = 1_000_000;
const I = 358;
const RULES = { minimumDevices: 3, maximumItems: 12 };
const fields = publicFields([{ psid: 111 }], undefined);
const CLASS = classKey(fields);

const postgres = withPostgres();
let databases = 0;
let dataSource: DataSource;
let pool: PoolStore;
let batches: BatchStore;

beforeEach(async () => {
  databases += 1;
  dataSource = await openDataSource({
    url: await (await postgres()).instanceUrl(`pool-${String(databases)}`),
    instance: 'a-pra',
    entities: [LineReplayEntity, ...praAuthority.entities],
    migrations: [LineReplay1700000000000, ...praAuthority.migrations],
    poolSize: 6,
  });
  pool = new PoolStore(dataSource, RULES);
  batches = new BatchStore(dataSource);
});
afterEach(() => dataSource.destroy());

interface Device {
  readonly ecHash: Uint8Array;
  readonly requestId: Uint8Array;
  readonly requestHash: Uint8Array;
}

/** A device whose request is accepted, for `weeks` periods from `i` on. */
async function accepted(i = I, weeks = 1, ecHash = systemRandom.bytes(32)): Promise<Device> {
  const device = { ecHash, requestId: systemRandom.bytes(16), requestHash: systemRandom.bytes(32) };
  await dataSource.query(
    'INSERT INTO item_classes (class_key, fields) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [CLASS, encode(PublicFields, fields)].map((bytes) => Buffer.from(bytes)),
  );
  await dataSource.getRepository(RequestEntity).insert({
    requestId: Buffer.from(device.requestId),
    requestHash: Buffer.from(device.requestHash),
    ecHash: Buffer.from(ecHash),
    ecExpiresMillis: String(10 * NOW),
    classKey: Buffer.from(CLASS),
    iMin: i,
    iMax: i + weeks - 1,
    nextI: i,
    jMax: 20,
    sealedCaterpillar: Buffer.from(systemRandom.bytes(98)),
    acknowledgement: Buffer.from(systemRandom.bytes(20)),
    state: 'accepted',
    attempts: 0,
    dueMillis: String(NOW),
  });
  return device;
}

const items = (count: number, i = I): PoolItem[] =>
  Array.from({ length: count }, (_, j) => ({ ...pooledItem(), i, j, keyHash: systemRandom.bytes(32) }));

class Reused extends Error {}

/** All or nothing, as the expansion does it. */
async function insert(...requests: { device: Device; items: readonly PoolItem[] }[]): Promise<boolean> {
  const rows = requests.map(({ device, items: some }) => ({ ...device, classKey: CLASS, items: some }));
  await preparePeriods(
    dataSource,
    rows.flatMap((row) => row.items.map(({ i }) => i)),
  );
  try {
    await dataSource.transaction(async (manager) => {
      if (!(await insertMany(manager, rows))) throw new Reused();
    });
    return true;
  } catch (error) {
    if (error instanceof Reused) return false;
    throw error;
  }
}

/** As the job draws, with rules of its own. */
function form(isFlush = true, rules = RULES, moment = NOW): Promise<number> {
  return batches.form(
    { i: I, classKey: Buffer.from(CLASS), items: 0, devices: 0 },
    moment,
    (waiting) =>
      drawBatches(
        waiting.map((item) => ({ device: item.device, key: item })),
        rules,
        isFlush,
        systemRandom,
      ).map((drawn) => ({ batchId: systemRandom.bytes(16), drawn })),
    (item) => batchItem(item, { profile: ccsa, generationTime: 1, i: I, fields }),
  );
}

const count = async (table: string, where = 'true'): Promise<number> =>
  Number((await dataSource.query(`SELECT count(*) FROM ${table} WHERE ${where}`))[0].count);
const waiting = async (): Promise<number> =>
  Number((await dataSource.query('SELECT coalesce(sum(item_count), 0) AS sum FROM pool'))[0].sum);

/** What the PCA's double answers to an item: for the stores these are only bytes. */
const answersTo = (batch: OwedBatch): { itemHash: Uint8Array; answer: Uint8Array }[] =>
  batch.items.map(({ item }) => ({
    itemHash: systemRandom.bytes(32),
    answer: Buffer.concat([pooledOf(item).signingKey, systemRandom.bytes(1 + (item[60] as number))]),
  }));

async function takeAll(moment = NOW): Promise<OwedBatch[]> {
  const taken: OwedBatch[] = [];
  for (let batch = await batches.take(moment); batch !== undefined; batch = await batches.take(moment))
    taken.push(batch);
  return taken;
}

/** Devices with 20 items each in the pool. */
async function filled(devices: number): Promise<{ device: Device; items: PoolItem[] }[]> {
  const all: { device: Device; items: PoolItem[] }[] = [];
  for (let n = 0; n < devices; n++) all.push({ device: await accepted(), items: items(20) });
  expect(await insert(...all)).toBe(true);
  return all;
}

describe('the pool', () => {
  it('PR5 takes no cocoon key twice in a period, of whomever, nor twice at once; the same key in another period is another', async () => {
    const [one, two] = [await accepted(), await accepted()];
    const asked = items(20);
    expect(await insert({ device: one, items: asked })).toBe(true);
    const again = (asked[7] as PoolItem).keyHash;
    const reuse = (i: number): PoolItem[] =>
      items(20, i).map((item, n) => (n === 3 ? { ...item, keyHash: again } : item));
    expect(await insert({ device: two, items: reuse(I) })).toBe(false);
    const twice = items(20);
    expect(await insert({ device: two, items: [...twice.slice(1), { ...(twice[1] as PoolItem), j: 0 }] })).toBe(false);
    expect(await insert({ device: await accepted(), items: items(20) }, { device: two, items: reuse(I) })).toBe(false);
    expect([await waiting(), await count('asked_keys')]).toEqual([20, 20]);
    expect(await insert({ device: await accepted(I + 1), items: reuse(I + 1) })).toBe(true);
    // What the first asked for stays asked for, also when it is drawn and answered.
    expect([await waiting(), await count('asked_keys')]).toEqual([40, 40]);
  });

  it('PR5 gives keys that two ask for at one moment to one of them, and locks nobody out', async () => {
    let [won, lost] = [0, 0];
    for (let round = 0; round < 10; round++) {
      const asked = items(20);
      const [one, two] = [await accepted(), await accepted()];
      const outcomes = await Promise.all([
        insert({ device: one, items: asked }),
        insert({ device: two, items: [...asked].reverse() }),
      ]);
      won += outcomes.filter(Boolean).length;
      lost += outcomes.filter((outcome) => !outcome).length;
    }
    expect([won, lost, await waiting()]).toEqual([10, 10, 200]);
  });

  it('counts as owed what the PCA is behind, and not what waits for company', async () => {
    expect(await pool.owedItems()).toBe(0);
    await insert({ device: await accepted(), items: items(RULES.maximumItems - 1) });
    expect(await pool.owedItems()).toBe(0);
    await insert({ device: await accepted(), items: items(20) }, { device: await accepted(), items: items(20) });
    expect(await pool.owedItems()).toBe(51);
    // Of 11, 20 and 20, a third of what travels is one's at most: twice twelve.
    expect(await form(false)).toBe(24);
    expect([await waiting(), await pool.owedItems()]).toEqual([27, 51]);
    expect(await pool.classes()).toEqual([{ i: I, classKey: Buffer.from(CLASS), items: 27, devices: 3 }]);
    const [batch] = (await takeAll()) as [OwedBatch];
    await batches.answer(batch, answersTo(batch), NOW);
    expect(await pool.owedItems()).toBe(39);
  });
});

describe('batches', () => {
  it('hold each item once, with its own key and place, whatever was drawn, sent, given back and drawn again', async () => {
    const all = await filled(7);
    let [dissolved, answered] = [0, 0];
    for (let round = 0; (await waiting()) > 0 || (await batches.count()) > 0; round++) {
      await form(round > 1);
      for (const [n, batch] of (await takeAll(NOW + round * 10_000)).entries()) {
        if (round < 3 && n % 2 === 0) {
          await batches.dissolve(batch);
          dissolved += 1;
        } else {
          await batches.answer(batch, answersTo(batch), NOW);
          answered += 1;
        }
      }
      expect(round).toBeLessThan(20);
    }
    expect(dissolved).toBeGreaterThan(5);
    expect(answered).toBeGreaterThan(10);
    expect([await count('answers'), await count('handles')]).toEqual([140, 140]);
    for (const { device, items: asked } of all) {
      const answers: { answer: Buffer }[] = await dataSource.query(
        'SELECT answer FROM answers WHERE request_id = $1 ORDER BY j',
        [Buffer.from(device.requestId)],
      );
      // Each at its j: the answers begin with the key that was asked for.
      expect(answers.map(({ answer }) => hex(answer.subarray(0, 33)))).toEqual(
        asked.map(({ signingKey }) => hex(signingKey)),
      );
    }
  });

  it('are formed by two workers at once from different items', async () => {
    await filled(8);
    const drawn = await Promise.all([form(), form(), form()]);
    expect(drawn.reduce((sum, one) => sum + one, 0)).toBe(160);
    const keys = (await takeAll()).flatMap((batch) => batch.items.map(({ item }) => hex(pooledOf(item).signingKey)));
    expect([keys.length, new Set(keys).size, await waiting()]).toEqual([160, 160, 0]);
  });

  it('go to one worker each, and to another when they stay away', async () => {
    await filled(6);
    await form();
    const owed = await batches.count();
    const taken = await Promise.all(Array.from({ length: owed + 3 }, () => batches.take(NOW)));
    const ids = taken.flatMap((batch) => (batch === undefined ? [] : [hex(batch.batchId)]));
    expect(owed).toBeGreaterThan(5);
    // A look that meets a batch in somebody's hand passes it over: fewer may be given than were asked for, none twice.
    expect(new Set(ids).size).toBe(ids.length);
    await takeAll();
    expect([await batches.isAnyDue(NOW), await batches.isAnyDue(NOW + 5_000)]).toEqual([false, true]);
    expect((await takeAll(NOW + 5_000)).length).toBe(owed);
    const [late] = (await takeAll(NOW + 10_000)) as [OwedBatch];
    await batches.postpone(late, NOW + 60_000);
    expect((await takeAll(NOW + 20_000)).map(({ batchId }) => hex(batchId))).not.toContain(hex(late.batchId));
    expect((await takeAll(NOW + 60_000)).find(({ attempts }) => attempts === 1)?.batchId).toEqual(late.batchId);
  });

  it('BI14 are answered once, all or nothing: by two workers, after they were dissolved, with an answer too few', async () => {
    await filled(3);
    await form(true, { minimumDevices: 3, maximumItems: 30 });
    const [one, two] = (await takeAll()) as [OwedBatch, OwedBatch];
    await expect(batches.answer(one, answersTo(one).slice(1), NOW)).rejects.toThrow('not one for each item');
    await Promise.all([1, 2, 3].map(() => batches.answer(one, answersTo(one), NOW)));
    expect([await count('answers'), await count('handles'), await batches.count()]).toEqual([30, 30, 1]);
    await batches.dissolve(two);
    await batches.answer(two, answersTo(two), NOW);
    expect([await count('answers'), await waiting()]).toEqual([30, 30]);
  });

  it('PR15 stay as they were when the answers cannot be stored', async () => {
    await filled(3);
    await form(true, { minimumDevices: 3, maximumItems: 60 });
    const [batch] = (await takeAll()) as [OwedBatch];
    await dataSource.query('ALTER TABLE answers ADD CONSTRAINT full_disk CHECK (j < 19) NOT VALID');
    await expect(batches.answer(batch, answersTo(batch), NOW)).rejects.toThrow('full_disk');
    expect([await count('answers'), await count('handles'), await batches.count()]).toEqual([0, 0, 1]);
    await dataSource.query('ALTER TABLE answers DROP CONSTRAINT full_disk');
    await batches.answer(batch, answersTo(batch), NOW);
    expect([await count('answers'), await batches.count()]).toEqual([60, 0]);
  });
});

describe('BI10 a device that is blocked', () => {
  /** Blocks as the line does, and tells whether it has ended. */
  function blocking({ ecHash }: Device): { done: Promise<void>; hasEnded: () => boolean } {
    let hasEnded = false;
    const order = { caseId: systemRandom.bytes(16), tell: [], nowMillis: NOW };
    const done = dataSource
      .transaction(async (manager) => {
        await lockPool(manager);
        await block(manager, { ecHash, untilMillis: 10 * NOW }, order);
      })
      .then(() => void (hasEnded = true));
    return { done, hasEnded: () => hasEnded };
  }

  /** Waits until somebody waits for a lock. */
  async function untilBlocked(): Promise<void> {
    for (;;) {
      const [row] = await dataSource.query(
        `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      if (Number(row.count) > 0) return;
    }
  }

  /** Runs `first` in a transaction that stays open until `then` has begun to wait for it. */
  async function whileOpen(
    first: (manager: EntityManager) => Promise<unknown>,
    then: () => Promise<void>,
  ): Promise<void> {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await first(runner.manager);
    const ended = then();
    await untilBlocked();
    await runner.commitTransaction();
    await runner.release();
    await ended;
  }

  const ofDevice = async ({ requestId }: Device): Promise<[pool: number, batches: number]> => {
    const [row] = await dataSource.query(
      `SELECT (SELECT count(*) FROM pool WHERE request_id = $1) AS pool,
        (SELECT count(*) FROM batches WHERE position($1 IN keys) > 0) AS batches`,
      [Buffer.from(requestId)],
    );
    return [Number(row.pool), Number(row.batches)];
  };

  it('is in no batch that was not sent; the items of others wait again', async () => {
    const all = await filled(5);
    const { device } = all[0] as { device: Device };
    await form(true, { minimumDevices: 5, maximumItems: 20 });
    const [sent] = (await Promise.all([batches.take(NOW)])) as [OwedBatch];
    const [, before] = await ofDevice(device);
    await blocking(device).done;
    expect(before).toBe(5);
    // Each batch held five devices: all that were not sent are gone, and 4 × 4 × 4 items wait.
    expect([await ofDevice(device), await batches.count(), await waiting()]).toEqual([[0, 1], 1, 64]);
    await batches.answer(sent, answersTo(sent), NOW);
    expect(await count('answers')).toBe(20);
  });

  it('is not in a batch that is formed while it is being blocked', async () => {
    const all = await filled(4);
    const { device } = all[0] as { device: Device };
    await whileOpen(
      async (manager) => {
        await lockPool(manager);
        await block(
          manager,
          { ...device, untilMillis: 10 * NOW },
          { caseId: systemRandom.bytes(16), tell: [], nowMillis: NOW },
        );
      },
      async () => void (await form()),
    );
    expect([await ofDevice(device), await waiting()]).toEqual([[0, 0], 0]);
    expect(await count('batches')).toBe(5);
  });

  it('stays in a batch that is being taken at that moment: it counts as sent', async () => {
    const all = await filled(3);
    const { device } = all[0] as { device: Device };
    await form(true, { minimumDevices: 3, maximumItems: 60 });
    await whileOpen(
      (manager) => manager.query(`UPDATE batches SET state = 'sent'`),
      () => blocking(device).done,
    );
    expect([await ofDevice(device), await waiting()]).toEqual([[0, 1], 0]);
  });

  it('is not taken while its batch is being dissolved', async () => {
    const all = await filled(3);
    await form(true, { minimumDevices: 3, maximumItems: 60 });
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await lockPool(runner.manager);
    const { ecHash } = (all[0] as { device: Device }).device;
    await block(
      runner.manager,
      { ecHash, untilMillis: 10 * NOW },
      { caseId: systemRandom.bytes(16), tell: [], nowMillis: NOW },
    );
    expect(await batches.take(NOW)).toBeUndefined();
    await runner.commitTransaction();
    await runner.release();
    expect([await batches.take(NOW), await waiting()]).toEqual([undefined, 40]);
  });

  it('has nothing in the pool when its items were being made at that moment', async () => {
    const device = await accepted();
    await preparePeriods(dataSource, [I]);
    const lock = 'SELECT 1 FROM requests WHERE request_id = $1 FOR UPDATE';
    await whileOpen(
      async (manager) => {
        await manager.query(lock, [Buffer.from(device.requestId)]);
        expect(await insertMany(manager, [{ ...device, classKey: CLASS, items: items(20) }])).toBe(true);
      },
      () => blocking(device).done,
    );
    expect([await waiting(), await count('requests', "state = 'blocked'")]).toEqual([0, 1]);
  });
});

describe('PV8 a past period', () => {
  it('goes with all that waited for it or was answered in it; handles stay as long as a request reaches back', async () => {
    for (let n = 0; n < 3; n++) {
      const device = await accepted(I, 12);
      expect(await insert({ device, items: [...items(20), ...items(5, I + 1)] })).toBe(true);
    }
    await form(true, { minimumDevices: 3, maximumItems: 30 });
    const [answered, owed] = (await takeAll()) as [OwedBatch, OwedBatch];
    await batches.answer(answered, answersTo(answered), NOW);
    await insert({ device: await accepted(I, 1), items: items(7) });
    // 30 in a batch and 7 in the pool will never be certificates.
    expect(await erasePast(dataSource, I + 1, NOW)).toEqual({ ended: 37 });
    expect([await batches.count(), await waiting(), await count('answers')]).toEqual([0, 15, 0]);
    expect([await partitionPeriods(dataSource, 'answers'), await partitionPeriods(dataSource, 'asked_keys')]).toEqual([
      [],
      [I + 1],
    ]);
    expect(await count('handles')).toBe(30);
    // An answer that comes now is late.
    await batches.answer(owed, answersTo(owed), NOW);
    expect([await count('answers'), await count('handles')]).toEqual([0, 30]);
    await erasePast(dataSource, I + 8, NOW);
    expect(await count('handles')).toBe(30);
    expect(await erasePast(dataSource, I + 9, NOW)).toEqual({ ended: 0 });
    expect([await count('handles'), await count('requests')]).toEqual([0, 3]);
  });

  it('takes its handles along when no request reaches back to it', async () => {
    await filled(3);
    await form(true, { minimumDevices: 3, maximumItems: 60 });
    const [batch] = (await takeAll()) as [OwedBatch];
    await batches.answer(batch, answersTo(batch), NOW);
    expect(await count('handles')).toBe(60);
    await erasePast(dataSource, I + 1, NOW);
    expect([await count('handles'), await count('requests')]).toEqual([0, 0]);
  });
});
