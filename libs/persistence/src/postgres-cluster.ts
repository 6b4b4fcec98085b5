/** Makes the files of a fresh PostgreSQL server: initdb, once, all or nothing. */
import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from './atomic-file.js';
import { OperatorError, systemCode } from './operator-error.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { ServerAccount } from './server-account.js';

/** The server's administrator inside PostgreSQL. */
export const ADMINISTRATOR = 'chrysalis';

/** Nothing of our own environment reaches the server: it may hold passwords of others. */
export const SERVER_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Makes the server's files at `dataPath` when they are not there; owned by the account, mode 0700.
 *
 * Throws 'newer' when the files were made by another major version of PostgreSQL, 'disk-full' when they do not fit.
 */
export async function ensureCluster(options: {
  binaries: PostgresBinaries;
  dataPath: string;
  account: ServerAccount | undefined;
  password: string;
}): Promise<void> {
  const made = await readVersion(options.dataPath);
  if (made === undefined) return makeCluster(options);
  const ours = options.binaries.version.split('.')[0];
  if (made !== ours) {
    throw new OperatorError(
      'newer',
      `The database in ${options.dataPath} was made by PostgreSQL ${made}, this Chrysalis brings ${String(ours)}: move it by dump and restore.`,
    );
  }
}

async function readVersion(dataPath: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dataPath, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function makeCluster(options: {
  binaries: PostgresBinaries;
  dataPath: string;
  account: ServerAccount | undefined;
  password: string;
}): Promise<void> {
  const unfinished = `${options.dataPath}.unfinished`;
  const passwordFile = `${options.dataPath}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, options.password, { mode: 0o600, flag: 'wx' });
  if (options.account !== undefined) {
    await chown(unfinished, options.account.uid, options.account.gid);
    await chown(passwordFile, options.account.uid, options.account.gid);
  }
  try {
    await runInitdb(options.binaries.initdb, unfinished, passwordFile, options.account);
    await chmod(unfinished, 0o700);
    await rename(unfinished, options.dataPath);
    await syncDirectory(dirname(options.dataPath));
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function runInitdb(
  initdb: string,
  target: string,
  passwordFile: string,
  account: ServerAccount | undefined,
): Promise<void> {
  const settings = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const access = [`--username=${ADMINISTRATOR}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const { code, output } = await run(initdb, ['-D', target, ...settings, ...access, '--no-instructions'], account);
  if (code === 0) return;
  if (/No space left on device|Disk quota exceeded/.test(output)) {
    throw new OperatorError('disk-full', `The disk of ${target} is full: the database could not be made.`);
  }
  throw new Error(`initdb ended with ${String(code)}: ${output.trim().slice(-2000)}`);
}

function run(
  program: string,
  parameters: string[],
  account: ServerAccount | undefined,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    // cwd '/': our own may be a folder that the account cannot enter.
    const child = spawn(program, parameters, {
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...account,
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
