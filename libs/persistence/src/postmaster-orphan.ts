/**
 * A launcher that is killed leaves its database server running, with the port and the data taken. The next launcher
 * holds the data directory, so whatever still runs on the data has lost its master: it is stopped, in good order.
 */
import { readFile, readdir, readlink, realpath, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './operator-error.js';
import { isRunning } from './process-identity.js';

const POLL_MILLIS = 20;

/**
 * Stops every server process that works on the data, and removes a lock file of a server that is gone.
 *
 * Asks for a fast shutdown first and forces after `patienceMillis`. Answers the pid of the orphan, if there was one.
 */
export async function stopOrphan(dataPath: string, patienceMillis: number): Promise<number | undefined> {
  const master = await readPostmasterPid(dataPath);
  if (master === undefined) return undefined;
  const workers = await processesIn(dataPath);
  const orphan = workers.includes(master) ? master : undefined;
  if (orphan !== undefined) signal(orphan, 'SIGINT'); // PostgreSQL 18, 18.5: SIGINT is the fast shutdown.
  if (!(await emptied(dataPath, patienceMillis))) {
    for (const pid of await processesIn(dataPath)) signal(pid, 'SIGQUIT'); // the immediate one; recovery follows.
    if (!(await emptied(dataPath, patienceMillis))) throw new Error(`the server on ${dataPath} does not stop`);
  }
  // The number in the file may be another program's by now; PostgreSQL itself would then refuse to start.
  await removeIfThere(join(dataPath, 'postmaster.pid'));
  return orphan;
}

async function readPostmasterPid(dataPath: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(join(dataPath, 'postmaster.pid'), 'utf8'), 10);
    return Number.isInteger(pid) ? pid : 0;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Every process of a PostgreSQL server has the data as its working directory. */
async function processesIn(dataPath: string): Promise<number[]> {
  const wanted = await realpath(dataPath);
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (/^[0-9]+$/.test(name) && (await workingDirectory(name)) === wanted) found.push(Number(name));
  }
  return found;
}

async function workingDirectory(pid: string): Promise<string | undefined> {
  try {
    return await readlink(`/proc/${pid}/cwd`);
  } catch (error) {
    // Ended meanwhile, or another user's, who has no business in our data.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

async function emptied(dataPath: string, patienceMillis: number): Promise<boolean> {
  for (let waited = 0; waited <= patienceMillis; waited += POLL_MILLIS) {
    if ((await processesIn(dataPath)).length === 0) return true;
    await sleep(POLL_MILLIS);
  }
  return false;
}

function signal(pid: number, name: NodeJS.Signals): void {
  if (isRunning(pid)) process.kill(pid, name);
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
