import { EventEmitter } from 'node:events';
import { terminalAsk } from './terminal.js';

class Keyboard extends EventEmitter {
  readonly isTTY = true;
  isRaw = false;
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
  setEncoding = (): this => this;
  resume = (): this => this;
  pause = (): this => this;
}

describe('a terminal', () => {
  let keyboard: Keyboard;
  let shown: string;
  const ask = (): Promise<string> => {
    const stdin = keyboard as unknown as typeof process.stdin;
    const stderr = { write: (text: string) => ((shown += text), true) } as typeof process.stderr;
    return (terminalAsk({ stdin, stderr }) as (prompt: string) => Promise<string>)('passphrase: ');
  };
  beforeEach(() => {
    [keyboard, shown] = [new Keyboard(), ''];
  });

  it('takes a line without showing it, corrections and characters of any script included', async () => {
    const line = ask();
    expect(keyboard.isRaw).toBe(true);
    for (const typed of ['hor', 'x\u007f', 'se', '\b\b\u007f\u007f', '口令😀', '\u007f\r'])
      keyboard.emit('data', typed);
    expect(await line).toBe('h口令');
    expect([shown, keyboard.isRaw, keyboard.listenerCount('data')]).toEqual(['passphrase: \n', false, 0]);
  });

  it.each(['\u0003', '\u0004'])('ends the ceremony at %j', async (key) => {
    const line = ask();
    keyboard.emit('data', `half a l${key}`);
    await expect(line).rejects.toThrow('ended at the terminal');
    expect(keyboard.isRaw).toBe(false);
  });

  it('is none where stdin is a file or a pipe', () => {
    const stdin = Object.assign(new Keyboard(), { isTTY: false }) as unknown as typeof process.stdin;
    expect(terminalAsk({ stdin, stderr: process.stderr })).toBeUndefined();
  });
});
