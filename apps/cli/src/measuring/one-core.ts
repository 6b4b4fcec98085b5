/** Keeps this process and its children on one core, so that no figure is that of two, by Linux's `taskset`. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The cores of a list such as "0-3,8". */
export function coresOf(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}

/** The list of cores on which this process may run, or undefined where there is no /proc. */
function allowedCores(): string | undefined {
  try {
    return /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  } catch {
    return undefined; // not Linux
  }
}

/** All threads that there are; later ones and child processes follow their maker. False where there is no taskset. */
function keepOn(list: string): boolean {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', list, String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // no such program, or no such core: the caller says so
  }
}

export interface Pinned {
  readonly core: number;
  /** Lets the process run where it might before. */
  release(): void;
}

/** Keeps the process on a core, the last of those allowed unless one is named; undefined when it cannot be done. */
export function keepOnOneCore(wanted?: number): Pinned | undefined {
  const before = allowedCores();
  if (before === undefined) return undefined;
  const core = wanted ?? (coresOf(before).at(-1) as number);
  if (!keepOn(String(core))) return undefined;
  return { core, release: () => void keepOn(before) };
}
