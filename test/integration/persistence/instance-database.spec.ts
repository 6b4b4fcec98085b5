/** Two instances on one server cannot see each other. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { withConnection } from '#persistence/administration.js';
import { ensureInstanceDatabase } from '#persistence/instance-database.js';
import { withPostgres } from '../../support/postgres.js';

const postgres = withPostgres();

async function connect(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.end();
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

describe('the database of an instance', () => {
  it.each(['chrysalis_la2-a', 'postgres', 'template1'])('refuses the login of la1-a at %s', async (database) => {
    const server = await postgres();
    const url = await server.instanceUrl('la1-a');
    await server.instanceUrl('la2-a');
    await expect(connect(withDatabase(url, database))).rejects.toThrow(/permission denied for database/);
  });

  it('refuses every login at every other database', async () => {
    const server = await postgres();
    const names = ['pca-a', 'pra-a', 'la1-a', 'la2-a', 'ma-a'];
    const urls = await Promise.all(names.map((name) => server.instanceUrl(name)));
    let refused = 0;
    for (const [index, url] of urls.entries()) {
      await connect(url);
      for (const other of names.filter((_, position) => position !== index)) {
        await expect(connect(withDatabase(url, `chrysalis_${other}`))).rejects.toThrow(/permission denied/);
        refused += 1;
      }
    }
    expect(refused).toBe(20);
  });

  it('refuses a wrong password', async () => {
    const url = new URL(await (await postgres()).instanceUrl('la1-a'));
    url.password = 'x'.repeat(43);
    await expect(connect(url.href)).rejects.toThrow(/password authentication failed/);
  });

  it('refuses a login the rights to make databases and logins', async () => {
    const url = await (await postgres()).instanceUrl('la1-a');
    await withConnection(url, async (client) => {
      await expect(client.query('CREATE DATABASE mine')).rejects.toThrow(/permission denied/);
      await expect(client.query('CREATE ROLE mine')).rejects.toThrow(/permission denied/);
      await expect(client.query("COPY (SELECT 1) TO PROGRAM 'true'")).rejects.toThrow(/permission denied/);
    });
  });

  it.each(['', 'PCA', 'a b', 'a"b', 'a/b', '1a', 'a'.repeat(41)])('refuses the name %j', async (instance) => {
    const { adminUrl } = await postgres();
    await expect(ensureInstanceDatabase({ adminUrl, instance, passwordFile: '/nonexistent' })).rejects.toThrow(
      /not an instance's name/,
    );
  });

  it('refuses a server on which another database would admit the login', async () => {
    const server = await postgres();
    const folder = await mkdtemp(join(tmpdir(), 'chrysalis-test-'));
    await withConnection(server.adminUrl, (client) => client.query('CREATE DATABASE somebodys'));
    const made = ensureInstanceDatabase({
      adminUrl: server.adminUrl,
      instance: 'guest',
      passwordFile: join(folder, 'guest'),
    });
    await expect(made).rejects.toMatchObject({ reason: 'shared-server', message: expect.stringMatching(/somebodys/) });
    await withConnection(server.adminUrl, (client) => client.query('DROP DATABASE somebodys'));
    await rm(folder, { recursive: true });
  });

  it('is made once: a second call answers the same URL and leaves the tables', async () => {
    const server = await postgres();
    const url = await server.instanceUrl('cra-a');
    await withConnection(url, (client) => client.query('CREATE TABLE kept (id int)'));
    expect(await server.instanceUrl('cra-a')).toBe(url);
    await withConnection(url, async (client) => {
      expect((await client.query('SELECT * FROM kept')).rowCount).toBe(0);
      const { rows } = await client.query<{ encoding: string }>(
        'SHOW server_encoding AS encoding'.replace(' AS encoding', ''),
      );
      expect(Object.values(rows[0] ?? {})).toEqual(['UTF8']);
    });
  });

  it('keeps the password in a file that only its owner reads', async () => {
    const server = await postgres();
    await server.instanceUrl('eca-a');
    expect((await stat(join(server.directory, 'passwords/eca-a'))).mode & 0o777).toBe(0o600);
  });
});
