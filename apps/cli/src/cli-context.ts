/** What every command is handed: where the checkout is, where words go, how it says its end. */
import { fileURLToPath } from 'node:url';

export interface CliContext {
  /** Absolute path of the checkout. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** One line for the person who waits: goes to stderr. */
  progress(line: string): void;
  /** One line of what was asked for: goes to stdout. */
  result(line: string): void;
  /** The exit code with which the program ends once nothing is left to do. */
  finish(exitCode: number): void;
}

/** The context of a real run. This file stands in dist/apps/cli/src, four folders below the checkout. */
export function systemContext(): CliContext {
  return {
    root: fileURLToPath(new URL('../../../../', import.meta.url)),
    environment: process.env,
    progress: (line) => void process.stderr.write(`${line}\n`),
    result: (line) => void process.stdout.write(`${line}\n`),
    finish: (exitCode) => {
      process.exitCode = exitCode;
    },
  };
}
