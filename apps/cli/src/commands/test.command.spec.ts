import { jest } from '@jest/globals';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { killPlan, testPlan, type TestRun } from '../testing/test-plan.js';

const runs: [CliContext, readonly string[], readonly TestRun[]][] = [];
jest.unstable_mockModule('../testing/run-tests.js', () => ({
  runTests: (context: CliContext, patterns: readonly string[], plan: readonly TestRun[]) => {
    runs.push([context, patterns, plan]);
    return Promise.resolve(7);
  },
}));
const { add } = await import('./test.command.js');

describe('chrysalis test', () => {
  let ended: number[];
  const run = async (...words: string[]): Promise<void> => {
    const context: CliContext = {
      root: '/nowhere/',
      environment: { HOME: '/home', ENGINE: 'wasm' },
      progress: () => undefined,
      result: () => undefined,
      finish: (code) => ended.push(code),
    };
    const program = new Command();
    add(program, context);
    await program.parseAsync(['test', ...words], { from: 'user' });
  };

  beforeEach(() => {
    ended = [];
    runs.length = 0;
  });

  it('runs in the environment as it is, and ends as the tests end', async () => {
    await run('libs/coer', 'libs/wire');
    expect(runs.map(([{ environment }, ...rest]) => [environment, ...rest])).toEqual([
      [{ HOME: '/home', ENGINE: 'wasm' }, ['libs/coer', 'libs/wire'], testPlan],
    ]);
    expect(ended).toEqual([7]);
  });

  it('puts the reference in the place of the engine where that is asked for', async () => {
    await run('--reference');
    expect(runs.map(([{ environment }, patterns]) => [environment, patterns])).toEqual([
      [{ HOME: '/home', ENGINE: 'reference' }, []],
    ]);
    expect(ended).toEqual([7]);
  });

  it('runs the matrix of deaths, and nothing else, where that is asked for', async () => {
    await run('--kill');
    expect(runs.map(([, , plan]) => plan)).toEqual([killPlan]);
    expect(ended).toEqual([7]);
  });
});
