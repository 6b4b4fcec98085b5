/** Runs another Node program (jest, the linter …) to its end, in a process group of its own so that all of it can be ended. */
import { spawn } from 'node:child_process';

const KILL_AFTER_MILLIS = 5_000;

export interface ProgramRun {
  /** Script and arguments for this Node. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the whole group when it aborts: SIGTERM, and after five seconds SIGKILL. */
  readonly end: AbortSignal;
}

/** Resolves with the exit code, or undefined when a signal ended it. What it writes goes to our stderr. */
export function runProgram(run: ProgramRun): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...run.words], {
      cwd: run.folder,
      env: run.environment,
      stdio: ['ignore', 2, 2],
      detached: true,
    });
    let lastResort: NodeJS.Timeout | undefined;
    const endGroup = (): void => {
      signalGroup(child.pid, 'SIGTERM');
      lastResort = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), KILL_AFTER_MILLIS);
    };
    if (run.end.aborted) endGroup();
    run.end.addEventListener('abort', endGroup);
    const close = (): void => {
      run.end.removeEventListener('abort', endGroup);
      clearTimeout(lastResort);
    };
    child.once('error', (cause) => {
      close();
      reject(new Error(`starting ${run.words[0]}`, { cause }));
    });
    child.once('exit', (exitCode) => {
      close();
      signalGroup(child.pid, 'SIGKILL'); // whatever it left behind, for example the workers of a killed jest
      resolve(exitCode ?? undefined);
    });
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // nobody is left: what we wanted
  }
}
