/**
 * Tables partitioned by period: `PARTITION BY LIST (i)`, one partition `<table>_p<i>` a period. A past period goes by dropping
 * its partition, not row by row, and its indexes go with it.
 */
import { EntityManager, type DataSource, type QueryRunner } from 'typeorm';
import { quoteIdentifier } from './administration.js';

/** Most partitions in one transaction: each takes a lock a relation, and a server has a bounded table of locks. */
const PARTITIONS_A_TRANSACTION = 8;
const DROP_LOCK_KEY = 0x64726f70; // 'drop'
const ENSURE_LOCK_KEY = 0x70617274; // 'part'
/** PostgreSQL cuts names after 63 bytes; `_p` and seven digits must still fit. */
const TABLE = /^[a-z][a-z_]{0,53}$/;
const MOST_PERIODS = 9_999_999;

/** What each DataSource was seen to have, a table. */
const seen = new WeakMap<DataSource, Map<string, Set<number>>>();

/** Name of a partition: `issued`, 350 → `issued_p350`. Throws a RangeError for a name or period that cannot be one. */
export function partitionName(table: string, i: number): string {
  if (!TABLE.test(table)) throw new RangeError(`table: ${JSON.stringify(table)} names no table of periods`);
  if (!Number.isInteger(i) || i < 0 || i > MOST_PERIODS) throw new RangeError(`i: ${i} is no period`);
  return `${table}_p${i}`;
}

/** The constraint of the whole table behind that of a partition, as errors name it: `issued_lv_p350` → `issued_lv`. */
export const constraintOfTable = (constraint: string): string => constraint.replace(/_p\d+$/, '');

/**
 * Makes the partitions that are missing. May be called before each insert: what was seen once is remembered. Several processes
 * may do it at once. Reading and writing go on meanwhile: the partition is made beside the table and attached (SHARE UPDATE
 * EXCLUSIVE), where `PARTITION OF` would lock everybody out. Constraints and indexes of the partition are called as those of
 * the table with `_p<i>` behind.
 *
 * With a DataSource each is committed when this answers. With an EntityManager they belong to its transaction, and nothing is
 * remembered since that may still be undone. Throws for a period outside 0 … 9 999 999, or a table that is not partitioned.
 */
export async function ensurePeriodPartitions(
  run: DataSource | EntityManager,
  table: string,
  periods: readonly number[],
): Promise<void> {
  const dataSource = dataSourceOf(run);
  const known = knownOf(dataSource, table);
  const wanted = [...new Set(periods)].filter((i) => partitionName(table, i) !== '' && !known.has(i));
  if (wanted.length === 0) return;
  const standing = new Set(await partitionPeriods(run, table));
  const missing = wanted.filter((i) => !standing.has(i)).sort((a, b) => a - b);
  if (run instanceof EntityManager) return create(run, table, missing);
  for (let at = 0; at < missing.length; at += PARTITIONS_A_TRANSACTION)
    await dataSource.transaction((manager) => create(manager, table, missing.slice(at, at + PARTITIONS_A_TRANSACTION)));
  for (const i of wanted) known.add(i);
}

/** The periods that have a partition, ascending. */
export async function partitionPeriods(run: DataSource | EntityManager, table: string): Promise<number[]> {
  const rows = await run.query<{ i: number }[]>(
    `SELECT substring(relname FROM '_p([0-9]+)$')::integer AS i FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = $1::regclass AND NOT inhdetachpending ORDER BY 1`,
    [quoteIdentifier(table)],
  );
  return rows.map(({ i }) => i);
}

/**
 * Drops the partitions of periods before `i` with all that is in them; answers how many. Detaches first, concurrently: readers
 * and writers of other periods go on. May be stopped anywhere and repeated. While another process does the same nothing is
 * done (0). Not for use within a transaction.
 */
export async function dropPartitionsBefore(dataSource: DataSource, table: string, i: number): Promise<number> {
  const runner = dataSource.createQueryRunner();
  try {
    const [lock] = (await runner.query('SELECT pg_try_advisory_lock($1, hashtext($2)) AS taken', [
      DROP_LOCK_KEY,
      table,
    ])) as { taken: boolean }[];
    if (lock?.taken !== true) return 0;
    try {
      return await dropBefore(runner, table, i);
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1, hashtext($2))', [DROP_LOCK_KEY, table]);
      seen.get(dataSource)?.delete(table);
    }
  } finally {
    await runner.release();
  }
}

const dataSourceOf = (run: DataSource | EntityManager): DataSource =>
  run instanceof EntityManager ? run.connection : run;

function knownOf(dataSource: DataSource, table: string): Set<number> {
  const tables = seen.get(dataSource) ?? new Map<string, Set<number>>();
  const known = tables.get(table) ?? new Set<number>();
  seen.set(dataSource, tables.set(table, known));
  return known;
}

/** One after another over all processes: the second finds what the first has made. */
async function create(manager: EntityManager, table: string, periods: readonly number[]): Promise<void> {
  if (periods.length === 0) return;
  await manager.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [ENSURE_LOCK_KEY, table]);
  const standing = new Set(await partitionPeriods(manager, table));
  for (const i of periods) {
    if (standing.has(i)) continue;
    const [whole, part] = [quoteIdentifier(table), quoteIdentifier(partitionName(table, i))];
    // An identity is the whole table's alone.
    await manager.query(`CREATE TABLE ${part} (LIKE ${whole} INCLUDING ALL EXCLUDING IDENTITY)`);
    await manager.query(`ALTER TABLE ${whole} ATTACH PARTITION ${part} FOR VALUES IN (${i})`);
    await nameIndexes(manager, part, i);
  }
}

/** By the name of the broken constraint a store tells one repeat from another. */
async function nameIndexes(manager: EntityManager, part: string, i: number): Promise<void> {
  const indexes = await manager.query<{ own: string; whole: string }[]>(
    `SELECT own.relname AS own, whole.relname AS whole FROM pg_index
       JOIN pg_class own ON own.oid = indexrelid
       JOIN pg_inherits ON inhrelid = indexrelid JOIN pg_class whole ON whole.oid = inhparent
      WHERE indrelid = $1::regclass`,
    [part],
  );
  for (const { own, whole } of indexes)
    await manager.query(`ALTER INDEX ${quoteIdentifier(own)} RENAME TO ${quoteIdentifier(`${whole}_p${i}`)}`);
}

interface Leaving {
  readonly name: string;
  /** null when it was detached already. */
  readonly pending: boolean | null;
}

async function dropBefore(runner: QueryRunner, table: string, i: number): Promise<number> {
  const leaving = (await runner.query(
    `SELECT relname AS name, inhdetachpending AS pending FROM pg_class LEFT JOIN pg_inherits ON inhrelid = pg_class.oid
      WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = $1::regclass) AND relkind = 'r'
        AND relname ~ ('^' || $2 || '_p[0-9]+$') AND substring(relname FROM '_p([0-9]+)$')::integer < $3
      ORDER BY length(relname), relname`,
    [quoteIdentifier(table), table, i],
  )) as Leaving[];
  for (const { name, pending } of leaving) {
    const part = quoteIdentifier(name);
    if (pending !== null) {
      const how = pending ? 'FINALIZE' : 'CONCURRENTLY';
      await runner.query(`ALTER TABLE ${quoteIdentifier(table)} DETACH PARTITION ${part} ${how}`);
    }
    await runner.query(`DROP TABLE ${part}`);
  }
  return leaving.length;
}
