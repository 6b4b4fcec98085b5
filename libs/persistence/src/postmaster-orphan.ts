/**
 * A launcher that is killed leaves its database server running, with the port and the data taken. The next launcher
 * holds the data directory, so a server that still runs on the data has lost its launcher: it is stopped, in good order.
 */
import { readFile, realpath, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './operator-error.js';
import { hasEnded } from './process-identity.js';

const POLL_MILLIS = 20;

/**
 * Stops the server that works on the data, if one does: by a fast shutdown first, by force after `patienceMillis`.
 * Answers its pid.
 *
 * Judged by the command line, which every user may read: a process's working directory is hidden even from root in a
 * container without CAP_SYS_PTRACE. A lock file of a dead server is left to PostgreSQL, which also sees whether
 * children of that server are still at the data; it is removed here only when its number is another program's by now,
 * because PostgreSQL would then refuse to start.
 */
export async function stopOrphan(dataPath: string, patienceMillis: number): Promise<number | undefined> {
  const pidFile = join(dataPath, 'postmaster.pid');
  const pid = Number.parseInt((await readIfThere(pidFile)) ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 0 || (await hasEnded(pid))) return undefined;
  const command = await commandLine(pid);
  if (basename(command[0] ?? '') !== 'postgres') {
    await unlink(pidFile);
    return undefined;
  }
  if (!(await worksOn(command, dataPath))) throw new Error(`${pidFile} names ${pid}, a server of other data`);
  await end(pid, patienceMillis);
  return pid;
}

async function worksOn(command: string[], dataPath: string): Promise<boolean> {
  const named = command[command.indexOf('-D') + 1];
  if (named === undefined) return false;
  try {
    return (await realpath(named)) === (await realpath(dataPath));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** PostgreSQL 18, 18.5: SIGINT is the fast shutdown, SIGQUIT the immediate one, after which the next start recovers. */
async function end(pid: number, patienceMillis: number): Promise<void> {
  for (const name of ['SIGINT', 'SIGQUIT'] as const) {
    if (!(await hasEnded(pid))) process.kill(pid, name);
    for (let waited = 0; waited <= patienceMillis; waited += POLL_MILLIS) {
      if (await hasEnded(pid)) return;
      await sleep(POLL_MILLIS);
    }
  }
  throw new Error(`the database server ${pid} does not stop`);
}

async function commandLine(pid: number): Promise<string[]> {
  return ((await readIfThere(`/proc/${pid}/cmdline`)) ?? '').split('\0');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}
