/** Tables partitioned by period, on a real server. */
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { openDataSource } from '#persistence/data-source.js';
import {
  constraintOfTable,
  dropPartitionsBefore,
  ensurePeriodPartitions,
  partitionName,
  partitionPeriods,
} from '#persistence/period-partitions.js';
import { withPostgres } from '../../support/postgres.js';

class Kept1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE kept (
      i integer NOT NULL,
      hash bytea NOT NULL CHECK (length(hash) = 4),
      large bytea STORAGE EXTERNAL,
      CONSTRAINT kept_pkey PRIMARY KEY (i, hash)) PARTITION BY LIST (i)`);
    await runner.query('CREATE INDEX kept_large ON kept (large)');
    await runner.query('CREATE TABLE plain (i integer)');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

const postgres = withPostgres(endUsers);
const opened: DataSource[] = [];
let count = 0;

/** Two processes of one instance are two DataSources on one database. */
async function open(instance = `kept-${++count}`): Promise<DataSource> {
  const url = await (await postgres()).instanceUrl(instance);
  const dataSource = await openDataSource({ url, instance, entities: [], migrations: [Kept1700000000000] });
  opened.push(dataSource);
  return dataSource;
}
async function endUsers(): Promise<void> {
  for (const dataSource of opened) await dataSource.destroy();
}

const insert = (run: Pick<DataSource, 'query'>, i: number, byte = 1) =>
  run.query('INSERT INTO kept (i, hash) VALUES ($1, $2)', [i, Buffer.alloc(4, byte)]);
const relations = async (dataSource: DataSource): Promise<string[]> =>
  (
    await dataSource.query<{ name: string }[]>(
      "SELECT relname AS name FROM pg_class WHERE relname LIKE 'kept%' ORDER BY 1",
    )
  ).map(({ name }) => name);

/** Fails instead of waiting for a lock. */
const impatient = (dataSource: DataSource, work: (run: Pick<DataSource, 'query'>) => Promise<unknown>) =>
  dataSource.transaction(async (manager) => {
    await manager.query("SET LOCAL lock_timeout = '1s'");
    await work(manager);
  });

describe('partitions of periods', () => {
  it.each([
    ['kept', -1],
    ['kept', 1.5],
    ['kept', 10_000_000],
    ['Kept; DROP TABLE plain', 1],
    ['', 1],
  ])('refuse the name %p with period %p', (table, i) => {
    expect(() => partitionName(table, i)).toThrow(RangeError);
  });

  it('refuse a period that is none before anything is made', async () => {
    const dataSource = await open();
    await expect(ensurePeriodPartitions(dataSource, 'kept', [350, -1])).rejects.toThrow('i: -1 is no period');
    expect(await partitionPeriods(dataSource, 'kept')).toEqual([]);
  });

  it('refuse a table that is not partitioned, and leave no half of one', async () => {
    const dataSource = await open();
    await expect(ensurePeriodPartitions(dataSource, 'plain', [350])).rejects.toThrow('cannot be performed on relation');
    expect(await dataSource.query("SELECT 1 FROM pg_class WHERE relname = 'plain_p350'")).toEqual([]);
  });

  it('are made when they are missing, each once, and take rows of their period', async () => {
    const dataSource = await open();
    await expect(insert(dataSource, 350)).rejects.toThrow('no partition');
    await ensurePeriodPartitions(dataSource, 'kept', [351, 350, 351]);
    await ensurePeriodPartitions(dataSource, 'kept', [350, 352]);
    expect(await partitionPeriods(dataSource, 'kept')).toEqual([350, 351, 352]);
    await insert(dataSource, 350);
    await insert(dataSource, 352);
    expect(await dataSource.query('SELECT i FROM kept_p352')).toEqual([{ i: 352 }]);
  });

  it('are more than one transaction may make', async () => {
    const dataSource = await open();
    const periods = Array.from({ length: 21 }, (_, n) => 300 + n);
    await ensurePeriodPartitions(dataSource, 'kept', periods);
    expect(await partitionPeriods(dataSource, 'kept')).toEqual(periods);
  });

  it('have the storage, checks and constraints of the table, by its names', async () => {
    const dataSource = await open();
    await ensurePeriodPartitions(dataSource, 'kept', [7]);
    expect(await relations(dataSource)).toEqual([
      'kept',
      'kept_large',
      'kept_large_p7',
      'kept_p7',
      'kept_pkey',
      'kept_pkey_p7',
    ]);
    const storage =
      "SELECT attstorage AS s FROM pg_attribute WHERE attrelid = 'kept_p7'::regclass AND attname = 'large'";
    expect(await dataSource.query(storage)).toEqual([{ s: 'e' }]);
    await expect(dataSource.query("INSERT INTO kept VALUES (7, 'abc')")).rejects.toThrow('check constraint');
    await insert(dataSource, 7);
    const repeated = await insert(dataSource, 7).catch((error: { driverError: { constraint: string } }) => error);
    const { constraint } = (repeated as { driverError: { constraint: string } }).driverError;
    expect(constraint).toBe('kept_pkey_p7');
    expect(constraintOfTable(constraint)).toBe('kept_pkey');
  });

  it('are made once by several processes at one moment', async () => {
    const name = `kept-${++count}`;
    const processes = [await open(name), await open(name), await open(name)];
    const periods = Array.from({ length: 12 }, (_, n) => n);
    await Promise.all(processes.map((one) => ensurePeriodPartitions(one, 'kept', periods)));
    expect(await partitionPeriods(processes[0]!, 'kept')).toEqual(periods);
  });

  it('are made while others read and write', async () => {
    const name = `kept-${++count}`;
    const [busy, other] = [await open(name), await open(name)];
    await ensurePeriodPartitions(busy, 'kept', [5, 350]);
    await busy.transaction(async (manager) => {
      await insert(manager, 350);
      await impatient(other, (run) => insert(run, 5));
      // The writer above holds its lock on the table until its end.
      await ensurePeriodPartitions(other, 'kept', [351]);
      await insert(manager, 351);
    });
    expect(await partitionPeriods(busy, 'kept')).toEqual([5, 350, 351]);
    const before = await other.query('SELECT count(*)::int AS n FROM kept');
    expect(before).toEqual([{ n: 3 }]);
  });

  it('of a transaction that is undone are not remembered', async () => {
    const dataSource = await open();
    const undone = dataSource.transaction(async (manager) => {
      await ensurePeriodPartitions(manager, 'kept', [9]);
      await insert(manager, 9);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await ensurePeriodPartitions(dataSource, 'kept', [9]);
    await insert(dataSource, 9);
    expect(await partitionPeriods(dataSource, 'kept')).toEqual([9]);
  });

  it('that are past are dropped with all that is in them, and can be made again', async () => {
    const dataSource = await open();
    await ensurePeriodPartitions(dataSource, 'kept', [8, 9, 10, 100]);
    for (const i of [8, 9, 10, 100]) await insert(dataSource, i);
    expect(await dropPartitionsBefore(dataSource, 'kept', 10)).toBe(2);
    expect(await dropPartitionsBefore(dataSource, 'kept', 10)).toBe(0);
    expect(await relations(dataSource)).not.toContain('kept_p9');
    expect(await dataSource.query('SELECT i FROM kept ORDER BY i')).toEqual([{ i: 10 }, { i: 100 }]);
    await ensurePeriodPartitions(dataSource, 'kept', [9]);
    expect(await partitionPeriods(dataSource, 'kept')).toEqual([9, 10, 100]);
  });

  it('that a stopped process had only detached are dropped too', async () => {
    const dataSource = await open();
    await ensurePeriodPartitions(dataSource, 'kept', [1, 2, 3]);
    await dataSource.query('ALTER TABLE kept DETACH PARTITION kept_p1');
    expect(await dropPartitionsBefore(dataSource, 'kept', 3)).toBe(2);
    expect(await relations(dataSource)).not.toContain('kept_p1');
  });

  it('that a stopped process had half detached are dropped too', async () => {
    const dataSource = await open();
    await ensurePeriodPartitions(dataSource, 'kept', [1, 2]);
    await dataSource.transaction(async (reader) => {
      await reader.query('SELECT * FROM kept');
      const stopped = dataSource.createQueryRunner();
      await stopped.query("SET statement_timeout = '200ms'");
      await expect(stopped.query('ALTER TABLE kept DETACH PARTITION kept_p1 CONCURRENTLY')).rejects.toThrow('timeout');
      await stopped.query('RESET statement_timeout');
      await stopped.release();
    });
    expect(await partitionPeriods(dataSource, 'kept')).toEqual([2]);
    expect(await relations(dataSource)).toContain('kept_p1');
    expect(await dropPartitionsBefore(dataSource, 'kept', 2)).toBe(1);
    expect(await relations(dataSource)).not.toContain('kept_p1');
  });

  it('are dropped by one process at a time, the others go on', async () => {
    const name = `kept-${++count}`;
    const processes = [await open(name), await open(name)];
    await ensurePeriodPartitions(processes[0]!, 'kept', [1, 2, 3, 4]);
    const dropped = await Promise.all(processes.map((one) => dropPartitionsBefore(one, 'kept', 4)));
    expect(dropped.reduce((sum, n) => sum + n, 0)).toBe(3);
    expect(await partitionPeriods(processes[1]!, 'kept')).toEqual([4]);
  });
});
