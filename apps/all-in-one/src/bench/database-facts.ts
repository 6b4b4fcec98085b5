/** What the database server says of itself. */
import pg from 'pg';

export const DURABILITY = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;
export type Durability = Record<(typeof DURABILITY)[number], string>;

/** One connection for as long as `use` takes. */
export async function withClient<T>(connectionString: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** The settings that decide whether a commit outlives a power cut, as the login of an instance has them. */
export function readDurability(databaseUrl: string): Promise<Durability> {
  return withClient(databaseUrl, async (client) => {
    const show = async (name: string): Promise<string> => (await client.query(`SHOW ${name}`)).rows[0][name];
    return {
      fsync: await show('fsync'),
      full_page_writes: await show('full_page_writes'),
      synchronous_commit: await show('synchronous_commit'),
    };
  });
}

/** What a database has grown to and what was done to it so far. */
export interface DatabaseCounts {
  /** Of its files. */
  readonly bytes: number;
  readonly transactions: number;
  /** Inserted, updated and deleted. */
  readonly rowsWritten: number;
}

/** Of the login's own database; the server counts with a delay of up to a second. */
export function readCounts(databaseUrl: string): Promise<DatabaseCounts> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<Record<keyof DatabaseCounts, string>>(
      `SELECT pg_database_size(datname) AS bytes, xact_commit AS transactions,
              tup_inserted + tup_updated + tup_deleted AS "rowsWritten"
         FROM pg_stat_database WHERE datname = current_database()`,
    );
    const [found] = rows;
    return {
      bytes: Number(found?.bytes),
      transactions: Number(found?.transactions),
      rowsWritten: Number(found?.rowsWritten),
    };
  });
}

/** Bytes that the server has ever written to its log of changes (WAL). */
export function walBytes(databaseUrl: string): Promise<number> {
  return withClient(databaseUrl, async (client) =>
    Number((await client.query("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS bytes")).rows[0].bytes),
  );
}
