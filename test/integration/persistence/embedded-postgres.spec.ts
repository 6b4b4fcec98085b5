/** The embedded server: as root and not, after crashes, and what it tells of itself. */
import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withConnection } from '#persistence/administration.js';
import { openDataDirectory } from '#persistence/data-directory.js';
import { type PostgresServer, startEmbeddedPostgres } from '#persistence/embedded-postgres.js';
import { isRunning } from '#persistence/process-identity.js';
import { endPrograms, startProgram } from '../../support/child-program.js';

const LAUNCHER = 'test/support/launcher.ts';
const isRoot = process.getuid?.() === 0;

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);
const running: PostgresServer[] = [];

async function start(directory: string, options: { port?: number } = {}): Promise<PostgresServer> {
  await mkdir(directory, { recursive: true });
  const server = await startEmbeddedPostgres({ directory, instances: 1, ...options });
  running.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  return withConnection(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
}

async function ready(line: Promise<string>): Promise<{ adminUrl: string; pid: number }> {
  return JSON.parse((await line).slice('ready '.length)) as { adminUrl: string; pid: number };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chrysalis-test-'));
  await chmod(folder, 0o711);
});
afterEach(async () => {
  await endPrograms();
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

describe('the embedded database', () => {
  it('refuses a port that is in use, in one sentence', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const port = (other.address() as { port: number }).port;
    await expect(start(at('postgres'), { port })).rejects.toMatchObject({
      reason: 'port-busy',
      message: `Port ${port} on 127.0.0.1 is in use.`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it('refuses files made by another major version of PostgreSQL', async () => {
    await mkdir(at('postgres/data'), { recursive: true });
    await writeFile(at('postgres/data/PG_VERSION'), '17\n');
    await expect(start(at('postgres'))).rejects.toMatchObject({ reason: 'newer' });
    expect(await readdir(at('postgres/data'))).toEqual(['PG_VERSION']);
  });

  (isRoot ? it : it.skip)('refuses, as root, data that the server could not reach, and names the folder', async () => {
    await mkdir(at('private'), { mode: 0o700 });
    await expect(start(at('private/postgres'))).rejects.toMatchObject({
      reason: 'out-of-reach',
      message: expect.stringContaining(`cannot enter ${at('private')}:`),
    });
  });

  it('refuses a connection without the password', async () => {
    const url = new URL((await start(at('postgres'))).adminUrl);
    url.password = 'x'.repeat(43);
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('keeps what was committed over a stop and a start', async () => {
    const first = await start(at('postgres'));
    await query(first.adminUrl, 'CREATE TABLE kept AS SELECT 7 AS value');
    await first.stop();
    const second = await start(at('postgres'));
    expect(await query(second.adminUrl, 'SELECT value FROM kept')).toEqual([{ value: 7 }]);
  });

  it('is durable, UTF-8, and listens on the loopback interface only', async () => {
    const server = await start(at('postgres'));
    const wanted = {
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      password_encryption: 'scram-sha-256',
      data_checksums: 'on',
      max_connections: String(server.maxConnections),
    };
    const names = Object.keys(wanted).map((name) => `current_setting('${name}') AS ${name}`);
    expect(await query(server.adminUrl, `SELECT ${names.join(', ')}`)).toEqual([wanted]);
  });

  it('asks a password of every connection', async () => {
    await start(at('postgres'));
    const rules = (await readFile(at('postgres/data/pg_hba.conf'), 'utf8'))
      .split('\n')
      .filter((line) => /^(local|host)/.test(line));
    expect(rules.length).toBeGreaterThan(3);
    expect(rules.every((line) => line.endsWith('scram-sha-256'))).toBe(true);
  });

  it('shows the password to no other user: not in the process list, not in a readable file', async () => {
    const server = await start(at('postgres'));
    const { password } = new URL(server.adminUrl);
    expect(password).toHaveLength(43);
    expect(await readFile(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain(password);
    expect((await stat(at('postgres/administrator'))).mode & 0o777).toBe(0o600);
    expect((await readdir(at('postgres'))).sort()).toEqual(['administrator', 'data']);
    expect(
      spawnSync('grep', ['-rl', password, at('postgres')])
        .stdout.toString()
        .trim(),
    ).toBe(at('postgres/administrator'));
  });

  it('repeats no value of a statement in its log', async () => {
    const lines: string[] = [];
    await mkdir(at('postgres'));
    const server = await startEmbeddedPostgres({ directory: at('postgres'), instances: 1, log: (l) => lines.push(l) });
    running.push(server);
    await query(server.adminUrl, 'CREATE TABLE one (value text PRIMARY KEY)');
    await query(server.adminUrl, "INSERT INTO one VALUES ('CANARY')");
    await expect(query(server.adminUrl, "INSERT INTO one VALUES ('CANARY')")).rejects.toThrow(/duplicate key/);
    await expect(query(server.adminUrl, "SELECT 'CANARY' FROM nowhere")).rejects.toThrow(/nowhere/);
    await server.stop();
    expect(lines.join('\n')).toContain('duplicate key');
    expect(lines.join('\n')).not.toContain('CANARY');
  });

  it('repeats a making that was interrupted', async () => {
    await mkdir(at('postgres/data.unfinished/base'), { recursive: true });
    await writeFile(at('postgres/data.password'), 'old');
    const server = await start(at('postgres'));
    expect(await query(server.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('starts beside a number in postmaster.pid that is another program by now', async () => {
    const first = await start(at('postgres'));
    await first.stop();
    await writeFile(at('postgres/data/postmaster.pid'), `${process.pid}\n${at('postgres/data')}\n`);
    const second = await start(at('postgres'));
    expect(await query(second.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('refuses to stop a server of other data, whatever postmaster.pid says', async () => {
    const other = await start(at('other'));
    await mkdir(at('postgres/data'), { recursive: true });
    await writeFile(at('postgres/data/postmaster.pid'), `${other.pid}\n`);
    await expect(start(at('postgres'))).rejects.toMatchObject({
      cause: { message: expect.stringContaining(`names ${other.pid}, a server of other data`) },
    });
    expect(await query(other.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('a launcher', () => {
  it('runs from a folder of mode 0700, with its programs in it and no library links made', async () => {
    await mkdir(at('checkout'), { mode: 0o700 });
    const installed = dirname(
      dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/linux-${process.arch}`)),
    );
    await cp(installed, at('checkout/package'), {
      recursive: true,
      filter: (path) =>
        !/\.so(\.\d+)?$|\.a$/.test(path) ||
        /lib(crypto|ssl|lzma|ossp|xml2|xslt|z)/.test(path) ||
        path.includes('/postgresql/'),
    });
    // A version of its own, so that the copy is really made of these.
    const manifest = JSON.parse(await readFile(at('checkout/package/package.json'), 'utf8')) as { version: string };
    manifest.version = `18.0.0-test.${process.pid}`;
    await writeFile(at('checkout/package/package.json'), JSON.stringify(manifest));
    const environment = { DATA: at('data'), PACKAGE_ROOT: at('checkout/package'), HOME: at('home') };
    const launcher = startProgram(LAUNCHER, environment, at('checkout'));
    const { adminUrl, pid } = await ready(launcher.line('ready'));
    expect(await query(adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const user = /^Uid:\s+(\d+)/m.exec(status)?.[1];
    expect(user).toBe(String(isRoot ? 65534 : process.getuid?.()));
    expect(/^Groups:[ \t]*(.*?)[ \t]*$/m.exec(status)?.[1]).toEqual(isRoot ? '' : expect.anything());
    const [program = ''] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    expect(program).not.toContain(at('checkout'));
    await launcher.kill('SIGTERM');
    await rm(dirname(dirname(program)), { recursive: true });
  }, 30_000);

  it('that was killed is taken over: its server is stopped and what was committed is there', async () => {
    const first = startProgram(LAUNCHER, { DATA: at('data') });
    const left = await ready(first.line('ready'));
    await query(left.adminUrl, 'CREATE TABLE kept AS SELECT 7 AS value');
    await first.kill('SIGKILL');
    expect(isRunning(left.pid)).toBe(true);
    const second = startProgram(LAUNCHER, { DATA: at('data') });
    const { adminUrl, pid } = await ready(second.line('ready'));
    expect(pid).not.toBe(left.pid);
    expect(await query(adminUrl, 'SELECT value FROM kept')).toEqual([{ value: 7 }]);
    await second.kill('SIGTERM');
    expect(isRunning(pid)).toBe(false);
  }, 30_000);

  it('is named, with its start, to the second one', async () => {
    const first = startProgram(LAUNCHER, { DATA: at('data') });
    await first.line('ready');
    await expect(openDataDirectory(at('data'))).rejects.toMatchObject({
      reason: 'held',
      message: expect.stringMatching(new RegExp(`is held by process ${first.pid} since \\d{4}-\\d\\d-\\d\\dT`)),
    });
    await first.kill('SIGTERM');
    await (await openDataDirectory(at('data'))).close();
  }, 30_000);

  it('leaves the database alone when the terminal interrupts everything in its group', async () => {
    const launcher = startProgram(LAUNCHER, { DATA: at('data') });
    const { pid } = await ready(launcher.line('ready'));
    // Field 5 of /proc/<pid>/stat; the name in parentheses is field 2.
    const group = async (process_: number): Promise<string | undefined> =>
      (await readFile(`/proc/${process_}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ')[2];
    expect(await group(launcher.pid)).toMatch(/^\d+$/);
    expect(await group(pid)).not.toBe(await group(launcher.pid));
    await launcher.kill('SIGTERM');
  }, 30_000);
});
