/** What a process of this machine has used so far, from /proc (Linux): processor time, and the most memory it ever had. */
import { readdirSync, readFileSync } from 'node:fs';

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

/** At once: such a file is made in the kernel as it is read, and waiting for a thread would cost more. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

/** Microseconds of processor time of a process; undefined when it is gone. */
export function processorMicros(pid: number): number | undefined {
  const text = readIfThere(`/proc/${String(pid)}/stat`);
  return text === undefined ? undefined : parseStat(text).ownTicks * MICROSECONDS_A_TICK;
}

/** The same of a process and its children, also of those that have ended: a PostgreSQL server as a whole. */
export function treeMicros(pid: number): number | undefined {
  const text = readIfThere(`/proc/${String(pid)}/stat`);
  if (text === undefined) return undefined;
  const { ownTicks, endedChildrenTicks } = parseStat(text);
  let ticks = ownTicks + endedChildrenTicks;
  for (const child of childrenOf(pid)) {
    const stat = readIfThere(`/proc/${String(child)}/stat`);
    if (stat !== undefined) ticks += parseStat(stat).ownTicks;
  }
  return ticks * MICROSECONDS_A_TICK;
}

function childrenOf(pid: number): number[] {
  const text = readIfThere(`/proc/${String(pid)}/task/${String(pid)}/children`);
  if (text !== undefined) return text.split(' ').filter(Boolean).map(Number);
  const children: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readIfThere(`/proc/${name}/stat`);
    if (stat !== undefined && parseStat(stat).parent === pid) children.push(Number(name));
  }
  return children;
}

/** The most memory that the process, or the largest of its children, ever had, in bytes. */
export function peakBytes(pid: number): number {
  return Math.max(
    ...[pid, ...childrenOf(pid)].map((one) => parsePeakBytes(readIfThere(`/proc/${String(one)}/status`) ?? '')),
  );
}
