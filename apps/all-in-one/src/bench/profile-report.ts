/** Where the time of a process went, from the profile that Node writes (--cpu-prof). */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** The parts of a .cpuprofile that are used here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples?: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas?: readonly number[];
}

export interface FunctionTime {
  /** `wrapBatch batch-arithmetic.js:41`. */
  readonly name: string;
  /** Of its own, without what it calls. */
  readonly micros: number;
}

/** What V8 calls waiting. */
const IDLE = '(idle)';

/** Time by function, most first; waiting is left out. Calls of one function are one line, wherever they came from. */
export function functionTimes(profile: CpuProfile): FunctionTime[] {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  profile.samples?.forEach((id, n) => {
    const name = names.get(id) ?? '?';
    times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas?.[n] ?? 0));
  });
  times.delete(IDLE);
  return [...times].map(([name, micros]) => ({ name, micros })).sort((a, b) => b.micros - a.micros);
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${basename(url)}:${String(lineNumber + 1)}`;
}

/** What Node puts behind the last of the points in `CPU.20260101.120000.4711.2.001.cpuprofile`: 0 is the main thread. */
const THREAD = /\.(\d+)\.\d+\.cpuprofile$/;

/**
 * The functions of each thread that took most, in microseconds a certificate: `folder` has a folder for each program, with a
 * profile of each of its threads.
 */
export async function profileTable(folder: string, certificates: number, rows: number): Promise<string[]> {
  const lines: string[] = [];
  for (const program of (await readdir(folder)).sort()) {
    for (const file of (await readdir(join(folder, program))).sort()) {
      const thread = THREAD.exec(file)?.[1];
      if (thread === undefined) continue;
      const profile = JSON.parse(await readFile(join(folder, program, file), 'utf8')) as CpuProfile;
      const name = thread === '0' ? program : `${program}, thread ${thread}`;
      lines.push(...threadLines(name, functionTimes(profile), certificates, rows));
    }
  }
  return lines;
}

function threadLines(name: string, times: readonly FunctionTime[], certificates: number, rows: number): string[] {
  const all = times.reduce((sum, { micros }) => sum + micros, 0);
  const figures = (micros: number): string =>
    `${(micros / certificates).toFixed(2).padStart(7)}  ${((100 * micros) / all).toFixed(1).padStart(5)} %`;
  return [
    `${name}: ${(all / certificates).toFixed(1)} µs a certificate, the start included`,
    ...times.slice(0, rows).map((one) => `  ${figures(one.micros)}  ${one.name}`),
  ];
}
