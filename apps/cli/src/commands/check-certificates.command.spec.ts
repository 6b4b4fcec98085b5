import { jest } from '@jest/globals';
import { Command } from 'commander';
import { resolve } from 'node:path';
import type { CliContext } from '../cli-context.js';
import type { CheckOptions } from '../checking/check-certificates.js';

const { wordsOf } = await import('../checking/check-certificates.js');
const asked: CheckOptions[] = [];
jest.unstable_mockModule('../checking/check-certificates.js', () => ({
  checkCertificates: (options: CheckOptions) => {
    asked.push(options);
    return Promise.resolve(1);
  },
}));
const { add } = await import('./check-certificates.command.js');

describe('chrysalis check-certificates on the command line', () => {
  let ended: number[];
  const run = (...words: string[]): Promise<Command> => {
    const context: CliContext = {
      root: '/nowhere/',
      environment: {},
      progress: () => undefined,
      result: () => undefined,
      finish: (code) => ended.push(code),
    };
    const program = new Command().exitOverride();
    add(program, context);
    for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
    return program.parseAsync(['check-certificates', ...words], { from: 'user' });
  };
  beforeEach(() => {
    ended = [];
    asked.length = 0;
  });

  it.each([[[]], [['--config']], [['--config', 'x', '--since-period', '-1']], [['--config', 'x', '--all']]])(
    'refuses %j',
    async (words) => {
      await expect(run(...words)).rejects.toThrow();
      expect(asked).toEqual([]);
    },
  );

  it('hands on what it was told, and ends as the check does', async () => {
    await run('--config', 'a.json', '--since-period', '358', '--former', 'b', 'c', '--json');
    expect(asked).toEqual([{ config: 'a.json', sincePeriod: 358, former: ['b', 'c'], json: true }]);
    expect(ended).toEqual([1]);
    expect(wordsOf(asked[0] as CheckOptions)).toEqual([
      '--check',
      '--config',
      resolve('a.json'),
      '--since-period',
      '358',
      '--former',
      resolve('b'),
      '--former',
      resolve('c'),
      '--json',
    ]);
  });

  it('looks at all periods unless told otherwise', async () => {
    await run('--config', 'a.json');
    expect(asked).toEqual([{ config: 'a.json', sincePeriod: 0, former: [], json: false }]);
  });
});
