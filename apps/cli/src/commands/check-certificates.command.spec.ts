import { jest } from '@jest/globals';
import { resolve } from 'node:path';
import type { CheckOptions } from '../checking/check-certificates.js';
import { CommandRuns } from './command.fixture.js';

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
  let runs: CommandRuns;
  const run = (...words: string[]): Promise<void> => runs.run(...words);
  beforeEach(() => {
    runs = new CommandRuns(add, 'check-certificates');
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
    expect(runs.ended).toEqual([1]);
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
