import { jest } from '@jest/globals';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import type { Subject } from '../measuring/two-classes.js';

const subject = (name: string): Subject => ({
  name,
  fixed: new Uint8Array(1),
  draw: () => undefined,
  call: () => undefined,
  calls: 1,
});
let ts: Record<string, number>;
const asked: [string, number][] = [];
jest.unstable_mockModule('../measuring/timing-subjects.js', () => ({
  controlSubjects: () => [subject('leak')],
  timingSubjects: () => [subject('k·G'), subject('k·P')],
}));
jest.unstable_mockModule('../measuring/two-classes.js', () => ({
  LARGEST_CLEAN_T: 4.5,
  compareClasses: ({ name }: Subject, seconds: number) => {
    asked.push([name, seconds]);
    return { measurements: 100, t: ts[name] };
  },
}));
jest.unstable_mockModule('../measuring/prepare.js', () => ({
  prepareToMeasure: () => ({ release: () => undefined }),
}));
const { add } = await import('./timing.command.js');

describe('chrysalis timing', () => {
  let ended: number[];
  let said: string[];
  const run = async (...words: string[]): Promise<void> => {
    const context: CliContext = {
      root: '/nowhere/',
      environment: {},
      progress: () => undefined,
      result: (line) => said.push(line),
      finish: (code) => ended.push(code),
    };
    const program = new Command();
    add(program, context);
    await program.parseAsync(['timing', ...words], { from: 'user' });
  };

  beforeEach(() => {
    ended = [];
    said = [];
    asked.length = 0;
    ts = { leak: 30, 'k·G': 1, 'k·P': -2 };
  });

  it('ends well when the leak on purpose is found and the functions are clean', async () => {
    await run('--seconds', '0.5');
    expect(asked).toEqual([
      ['leak', 0.5],
      ['k·G', 0.5],
      ['k·P', 0.5],
    ]);
    expect(said.at(-1)).toBe('3 of 3 as they should be');
    expect(ended).toEqual([0]);
  });

  it('ends with 1 when a function depends on its secret', async () => {
    ts['k·P'] = 7;
    await run();
    expect(said.at(-1)).toBe('2 of 3 as they should be');
    expect(ended).toEqual([1]);
  });

  it('ends with 1 when the harness sees nothing', async () => {
    ts['leak'] = 1;
    await run();
    expect(said.at(-1)).toBe('the harness sees nothing: a leak on purpose was not found');
    expect(ended).toEqual([1]);
  });

  it('measures the functions that are named, with the controls', async () => {
    await run('--only', '·P');
    expect(asked.map(([name]) => name)).toEqual(['leak', 'k·P']);
  });

  it('refuses a name that nothing has', async () => {
    await run('--only', 'nothing');
    expect([asked, ended]).toEqual([[], [2]]);
  });
});
