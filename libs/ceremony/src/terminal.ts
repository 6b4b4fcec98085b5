/** The terminal at which custodians type: one line without echo. */
import { CeremonyRefusal } from './refusal.js';
import type { Ask } from './passphrases.js';

const [CTRL_C, CTRL_D, BACKSPACE, DELETE] = ['\u0003', '\u0004', '\b', '\u007f'];

interface Terminal {
  readonly stdin: Pick<
    typeof process.stdin,
    'isTTY' | 'setRawMode' | 'setEncoding' | 'resume' | 'pause' | 'on' | 'off'
  >;
  readonly stderr: Pick<typeof process.stderr, 'write'>;
}

/** Asks at this process's terminal; undefined where there is none. Ctrl-C and Ctrl-D end the ceremony. */
export function terminalAsk({ stdin, stderr }: Terminal = process): Ask | undefined {
  if (!stdin.isTTY) return undefined;
  return (prompt) => {
    stderr.write(prompt);
    stdin.setRawMode(true);
    stdin.setEncoding('utf8');
    stdin.resume();
    return new Promise((resolve, reject) => {
      let line: string[] = [];
      const end = (finish: () => void): void => {
        stdin.off('data', take);
        stdin.setRawMode(false);
        stdin.pause();
        stderr.write('\n');
        finish();
      };
      const take = (typed: string): void => {
        for (const character of typed) {
          if (character === '\r' || character === '\n') return end(() => resolve(line.join('')));
          if (character === CTRL_C || character === CTRL_D)
            return end(() => reject(new CeremonyRefusal('ended at the terminal')));
          line = character === BACKSPACE || character === DELETE ? line.slice(0, -1) : [...line, character];
        }
      };
      stdin.on('data', take);
    });
  };
}
