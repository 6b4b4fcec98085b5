/**
 * Tells one process from another that later got the same number: a pid alone is reused, a pid with its start time and
 * the boot it belongs to is not.
 */
import { readFile } from 'node:fs/promises';
import { systemCode } from './operator-error.js';

/** A process as it can be written down and recognised later. */
export interface ProcessIdentity {
  pid: number;
  /** Start in clock ticks since boot, field 22 of /proc/<pid>/stat; absent where there is no /proc. */
  startTicks?: string;
  /** The kernel's name for this boot; absent where there is no /proc. */
  bootId?: string;
}

/** The identity of the process with this number now, with what the system tells of it. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity> {
  const startTicks = await readStartTicks(pid);
  const bootId = await readProc('/proc/sys/kernel/random/boot_id');
  return { pid, ...(startTicks === undefined ? {} : { startTicks }), ...(bootId === undefined ? {} : { bootId }) };
}

/**
 * Whether the process written down still lives. Without /proc the number alone decides, which errs towards "lives".
 *
 * Not protected: a holder in another pid namespace (two containers on one volume) cannot be seen from here.
 */
export async function isAlive(written: ProcessIdentity): Promise<boolean> {
  if (!isRunning(written.pid)) return false;
  const now = await identifyProcess(written.pid);
  if (written.bootId !== undefined && now.bootId !== undefined && written.bootId !== now.bootId) return false;
  if (written.startTicks === undefined || now.startTicks === undefined) return true;
  return written.startTicks === now.startTicks;
}

/** Whether no process has this number, or one that has ended and only waits for its parent to ask how (a zombie). */
export async function hasEnded(pid: number): Promise<boolean> {
  return !isRunning(pid) || (await readStartTicks(pid)) === 'ended';
}

/** Whether any process has this number; one of another user counts. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

async function readStartTicks(pid: number): Promise<string | undefined> {
  const stat = await readProc(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may hold spaces: count from the last parenthesis.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie (state Z) has ended and only waits for its parent to ask; it holds nothing any more.
  if (fields?.[0] === 'Z') return 'ended';
  return fields?.[19];
}

async function readProc(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return undefined;
    throw new Error(`reading ${path}`, { cause: error });
  }
}
