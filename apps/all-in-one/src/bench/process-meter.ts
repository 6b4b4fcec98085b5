/** What a process of this machine has used so far, from /proc (Linux): processor time, and the most memory it ever had. */
import { readdir, readFile } from 'node:fs/promises';

/** Clock ticks a second of /proc: 100 on every Linux that Node runs on (sysconf(_SC_CLK_TCK)). */
const TICKS_A_SECOND = 100;
const MICROSECONDS_A_TICK = 1e6 / TICKS_A_SECOND;

interface Stat {
  readonly parent: number;
  /** Of all its threads, user and system. */
  readonly ownTicks: number;
  /** Of children that ended and were waited for. */
  readonly endedChildrenTicks: number;
}

/** The fields of proc(5) /proc/pid/stat behind the name, which may hold anything. */
export function parseStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { parent: field(4), ownTicks: field(14) + field(15), endedChildrenTicks: field(16) + field(17) };
}

/** Bytes of VmHWM in /proc/pid/status; 0 where there is none. */
export function parsePeakBytes(text: string): number {
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

/** Microseconds of processor time of a process; undefined when it is gone. */
export async function processorMicros(pid: number): Promise<number | undefined> {
  const text = await readIfThere(`/proc/${String(pid)}/stat`);
  return text === undefined ? undefined : parseStat(text).ownTicks * MICROSECONDS_A_TICK;
}

/** The same of a process and its children, also of those that have ended: a PostgreSQL server as a whole. */
export async function treeMicros(pid: number): Promise<number | undefined> {
  const text = await readIfThere(`/proc/${String(pid)}/stat`);
  if (text === undefined) return undefined;
  const { ownTicks, endedChildrenTicks } = parseStat(text);
  let ticks = ownTicks + endedChildrenTicks;
  for (const child of await childrenOf(pid)) {
    const stat = await readIfThere(`/proc/${String(child)}/stat`);
    if (stat !== undefined) ticks += parseStat(stat).ownTicks;
  }
  return ticks * MICROSECONDS_A_TICK;
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readIfThere(`/proc/${String(pid)}/task/${String(pid)}/children`);
  if (text !== undefined) return text.split(' ').filter(Boolean).map(Number);
  const children: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readIfThere(`/proc/${name}/stat`);
    if (stat !== undefined && parseStat(stat).parent === pid) children.push(Number(name));
  }
  return children;
}

/** The most memory that the process, or the largest of its children, ever had, in bytes. */
export async function peakBytes(pid: number): Promise<number> {
  const pids = [pid, ...(await childrenOf(pid))];
  const peaks = pids.map(async (one) => parsePeakBytes((await readIfThere(`/proc/${String(one)}/status`)) ?? ''));
  return Math.max(...(await Promise.all(peaks)));
}
