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

/** Bytes of the files of the login's own database. */
export function databaseBytes(databaseUrl: string): Promise<number> {
  return withClient(databaseUrl, async (client) =>
    Number((await client.query('SELECT pg_database_size(current_database()) AS bytes')).rows[0].bytes),
  );
}
