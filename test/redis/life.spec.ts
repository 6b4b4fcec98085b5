/**
 * A life on servers of one's own: PostgreSQL by DATABASE_URL and Redis by REDIS_URL, both an administrator's, from which
 * every instance gets its own login, database, user and key prefix. Skipped where REDIS_URL names none.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Report } from '#apps/all-in-one/src/report.js';
import { ensureRedisUser } from '#queue/redis-user.js';
import { withPostgres } from '../support/postgres.js';
import { REDIS_URL } from '../support/redis.js';

const LIFE_MILLIS = 240_000;
const INSTANCES = 23;

(REDIS_URL === undefined ? describe.skip : describe)('a life on servers of one’s own', () => {
  const postgres = withPostgres();
  let folder: string;
  let code: number;
  let output: string;
  let ownDatabase: string;
  let ownRedis: string;
  let report: Report;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-own-'));
    const file = join(folder, 'report.json');
    const { adminUrl, instanceUrl } = await postgres();
    ownDatabase = await instanceUrl('a-la1');
    const passwordFile = join(folder, 'redis-password');
    ownRedis = (await ensureRedisUser({ adminUrl: String(REDIS_URL), instance: 'a-la1', passwordFile })).url;
    const own = { A_LA1_DATABASE_URL: ownDatabase, A_LA1_REDIS_URL: ownRedis };
    const words = ['start', '--once', '--vehicles', '6', '--weeks', '2', '--seed', '9'];
    ({ code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
      execFile(
        process.execPath,
        ['chrysalis', ...words, '--data', join(folder, 'data'), '--report', file],
        { timeout: LIFE_MILLIS, env: { ...process.env, DATABASE_URL: adminUrl, REDIS_URL, ...own } },
        (error, stdout, stderr) => {
          const exit = error === null ? 0 : Number((error as { code?: number }).code);
          resolve({ code: exit, output: `${stdout}${stderr}` });
        },
      );
    }));
    report = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Report;
  }, LIFE_MILLIS);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is a whole life', () => {
    expect(output).toContain('after the CRL');
    expect(code).toBe(0);
    expect(report.pseudonymCertificates.keysRebuilt).toBe(6 * 2 * 20);
    expect(report.misbehaviour.revokedDevices).toBe(1);
  });

  it('has a database and a login of its own for each instance', async () => {
    const client = new pg.Client({ connectionString: (await postgres()).adminUrl });
    await client.connect();
    const databases = await client.query<{ name: string }>(
      "SELECT datname AS name FROM pg_database WHERE datname LIKE 'chrysalis\\_%'",
    );
    const logins = await client.query<{ name: string }>(
      "SELECT rolname AS name FROM pg_roles WHERE rolname LIKE 'chrysalis\\_%'",
    );
    await client.end();
    expect(databases.rows).toHaveLength(INSTANCES);
    expect(new Set(logins.rows.map(({ name }) => name))).toEqual(new Set(databases.rows.map(({ name }) => name)));
  });

  it('takes the URLs that were made for one instance', async () => {
    const kept = (name: string): Promise<string> => readFile(join(folder, 'data', 'instances', 'a-la1', name), 'utf8');
    expect(await kept('database-url')).toBe(ownDatabase);
    expect(await kept('redis-url')).toBe(ownRedis);
  });

  it('says none of the passwords', () => {
    expect(output).not.toMatch(/postgres:\/\/|redis:\/\//);
  });
});
