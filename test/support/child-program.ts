/** A TypeScript program run as a process of its own, told what to do by its environment, heard by its lines. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './child-environment.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface ChildProgram {
  pid: number;
  /** Resolves with the first line that begins so, also one that came already; rejects when the program ends before. */
  line(start: string): Promise<string>;
  /** Ends it and waits until it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

const started = new Set<ChildProgram>();

/** Ends every program that a test left running; for afterEach. SIGTERM: a launcher takes its database along. */
export async function endPrograms(): Promise<void> {
  await Promise.all([...started].map((program) => program.kill('SIGTERM')));
}

/** Starts `program` (a path from the project's root). */
export function startProgram(program: string, environment: Record<string, string>, cwd = ROOT): ChildProgram {
  const child = spawn(process.execPath, ['--import', `${ROOT}test/support/typescript.mjs`, `${ROOT}${program}`], {
    cwd,
    env: childEnvironment({ HOME: '/root', ...environment }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line) && child.emit('heard'));
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const running: ChildProgram = {
    pid: child.pid ?? 0,
    line: (start) => waitForLine(child, lines, start),
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
  started.add(running);
  void ended.then(() => started.delete(running));
  return running;
}

function waitForLine(child: ChildProcess, lines: string[], start: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = lines.find((line) => line.startsWith(start));
      if (found !== undefined) resolve(found);
    };
    child.on('heard', look);
    child.once('close', () => reject(new Error(`the program ended without "${start}":\n${lines.join('\n')}`)));
    look();
    if (child.exitCode !== null) reject(new Error(`the program has ended:\n${lines.join('\n')}`));
  });
}
