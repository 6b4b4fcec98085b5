/** One short-lived connection for work that no pool should do, and SQL names that cannot be anything else. */
import pg from 'pg';

/** Runs the work on a connection of its own and closes it; session locks taken in it end with it. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'chrysalis-administration' });
  // Without a listener a connection lost between two queries would end the process; the next query reports it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** An instance's name: also its database, login and key prefix, so that it needs no quoting anywhere. */
const INSTANCE = /^[a-z][a-z0-9-]{0,39}$/;

/** Throws unless the name is lower-case letters, digits and hyphens, at most 40, beginning with a letter. */
export function requireInstanceName(instance: string): void {
  if (!INSTANCE.test(instance)) throw new Error(`not an instance's name: ${JSON.stringify(instance)}`);
}

/** An SQL identifier in quotes. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
