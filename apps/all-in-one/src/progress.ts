/** What a person sees while it runs: one line a step, with its time; on a terminal the running step counts. */
import { performance } from 'node:perf_hooks';

export interface Progress {
  /** Runs a step under its name; `count` shows how far it is. */
  step<T>(name: string, work: (count: (done: number, of: number) => void) => Promise<T>): Promise<T>;
  /** One line of its own. */
  say(line: string): void;
}

export function openProgress(stream: NodeJS.WriteStream): Progress {
  const isTerminal = stream.isTTY === true;
  const shown = (line: string, ended: boolean): void => {
    if (isTerminal) stream.write(`\r\u001b[2K${line}${ended ? '\n' : ''}`);
    else if (ended) stream.write(`${line}\n`);
  };
  return {
    say: (line) => void stream.write(`${line}\n`),
    async step(name, work) {
      const started = performance.now();
      let last = 0;
      shown(`· ${name}`, false);
      const result = await work((done, of) => {
        if (performance.now() - last < 100) return;
        last = performance.now();
        shown(`· ${name}  ${done}/${of}`, false);
      }).catch((error: unknown) => {
        shown(`✗ ${name}`, true);
        throw error;
      });
      shown(`✓ ${name}  ${((performance.now() - started) / 1000).toFixed(1)} s`, true);
      return result;
    },
  };
}
