/** The terminal at which custodians type: one line without echo. */
import { CeremonyRefusal } from './refusal.js';
import type { Ask } from './passphrases.js';

const [CTRL_C, CTRL_D, BACKSPACE, DELETE] = ['\u0003', '\u0004', '\b', '\u007f'];

/** Asks at this process's terminal; undefined where there is none. */
export function terminalAsk(): Ask | undefined {
  return process.stdin.isTTY ? askUnseen : undefined;
}

function askUnseen(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true).setEncoding('utf8').resume();
  return new Promise((resolve, reject) => {
    let line = '';
    const end = (finish: () => void): void => {
      stdin.off('data', take).setRawMode(false).pause();
      stderr.write('\n');
      finish();
    };
    const take = (typed: string): void => {
      for (const character of typed) {
        if (character === '\r' || character === '\n') return end(() => resolve(line));
        if (character === CTRL_C || character === CTRL_D)
          return end(() => reject(new CeremonyRefusal('ended at the terminal')));
        line = character === BACKSPACE || character === DELETE ? line.slice(0, -1) : line + character;
      }
    };
    stdin.on('data', take);
  });
}
