import { jest } from '@jest/globals';
import type { VerifyOptions } from '../verify/verify-files.js';
import { CommandRuns } from './command.fixture.js';

const asked: { file: string; options: VerifyOptions }[] = [];
jest.unstable_mockModule('../verify/verify-files.js', () => ({
  verifyFile: (file: string, options: VerifyOptions) => {
    asked.push({ file, options });
    return 1;
  },
}));
const { add } = await import('./verify.command.js');

describe('chrysalis verify on the command line', () => {
  let runs: CommandRuns;
  const run = (...words: string[]): Promise<void> => runs.run(...words);

  beforeEach(() => {
    runs = new CommandRuns(add, 'verify');
    asked.length = 0;
  });

  it('hands on what it was told, and ends as the verdict says', async () => {
    await run(
      'pc',
      '--trust',
      'a',
      'b',
      '--chain',
      'c',
      '--crl',
      'd',
      'e',
      '--at',
      '2026-11-21T08:00:00Z',
      '--profile',
      'ieee',
      '--json',
    );
    const at = Date.UTC(2026, 10, 21, 8);
    expect(asked).toEqual([
      { file: 'pc', options: { trust: ['a', 'b'], chain: ['c'], crl: ['d', 'e'], at, profile: 'ieee', json: true } },
    ]);
    expect(runs.ended).toEqual([1]);
  });

  it('takes now, a date, and a time with or without a zone; and leaves the moment open without --at', async () => {
    const before = Date.now();
    await run('pc', '--trust', 'a', '--at', 'now');
    expect(asked[0]?.options.at).toBeGreaterThanOrEqual(before);
    await run('pc', '--trust', 'a', '--at', '2026-11-21');
    await run('pc', '--trust', 'a', '--at', '2026-11-21T08:00+08:00');
    await run('pc', '--trust', 'a', '--at', '2026-11-21T08:00:00.5');
    await run('pc', '--trust', 'a');
    expect(asked.slice(1).map(({ options }) => options.at)).toEqual([
      Date.UTC(2026, 10, 21),
      Date.UTC(2026, 10, 21),
      Date.UTC(2026, 10, 21, 8, 0, 0, 500),
      undefined,
    ]);
  });

  it.each<[string, string[]]>([
    ['no trust', ['pc']],
    ['no file', ['--trust', 'a']],
    ['a day that is none', ['pc', '--trust', 'a', '--at', '2026-13-40']],
    ['words for a time', ['pc', '--trust', 'a', '--at', 'yesterday']],
    ['another profile', ['pc', '--trust', 'a', '--profile', 'etsi']],
  ])('does not understand %s', async (_, words) => {
    await expect(run(...words)).rejects.toMatchObject({ exitCode: 1, name: 'CommanderError' });
    expect(asked).toEqual([]);
  });

  it('teaches with examples', async () => {
    await expect(run('--help')).rejects.toMatchObject({ code: 'commander.helpDisplayed' });
    expect(runs.help).toContain('./chrysalis verify pca.coer --trust root.coer --chain ica.coer');
  });
});
