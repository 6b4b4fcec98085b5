import { jest } from '@jest/globals';
import type { MonitorOptions } from '../monitoring/run-monitor.js';
import { CommandRuns } from './command.fixture.js';

const asked: MonitorOptions[] = [];
jest.unstable_mockModule('../monitoring/run-monitor.js', () => ({
  runMonitor: async (options: MonitorOptions) => {
    asked.push(options);
    return 1;
  },
}));
const { add } = await import('./monitor.command.js');

describe('chrysalis monitor on the command line', () => {
  let runs: CommandRuns;
  const run = (...words: string[]): Promise<void> => runs.run(...words);
  const place = ['--log', 'https://tcmf.example', '--state', 'log.json'];

  beforeEach(() => {
    runs = new CommandRuns(add, 'monitor');
    asked.length = 0;
  });

  it('looks for everything, with a day for a head and an hour for a list, when it is told no more than where', async () => {
    await run(...place);
    const none = { certificate: [], head: [], name: [] };
    const rest = { maxAge: 1440, grace: 60, all: false, lists: true, json: false };
    expect(asked).toEqual([{ log: 'https://tcmf.example', state: 'log.json', ...none, ...rest }]);
    expect(runs.ended).toEqual([1]);
  });

  it('hands on what it was told', async () => {
    const files = ['--certificate', 'a', 'b', '--head', 'c', '--name', 'pca.a.example'];
    const ages = ['--max-age', '5', '--grace', '0', '--at', '2026-11-21T08:00:00Z'];
    await run(...place, ...files, ...ages, '--all', '--no-lists', '--json');
    expect(asked).toEqual([
      {
        ...{ log: 'https://tcmf.example', state: 'log.json', certificate: ['a', 'b'], head: ['c'] },
        ...{ name: ['pca.a.example'], maxAge: 5, grace: 0, at: Date.UTC(2026, 10, 21, 8) },
        ...{ all: true, lists: false, json: true },
      },
    ]);
  });

  it.each([
    [[]],
    [['--log', 'https://tcmf.example']],
    [['--state', 'log.json']],
    [['--log', 'tcmf.example', '--state', 'log.json']],
    [[...place, '--max-age', 'long']],
    [[...place, '--grace', '-1']],
    [[...place, '--at', 'yesterday']],
  ])('does not understand %j, and looks at nothing', async (words) => {
    await expect(run(...words)).rejects.toThrow();
    expect([asked, runs.ended]).toEqual([[], []]);
  });

  it('teaches in its help what the findings and the exit codes are', async () => {
    await expect(run('--help')).rejects.toThrow('outputHelp');
    expect(runs.help).toContain('log-forked');
    expect(runs.help).toContain('Exit codes: 0');
  });
});
