import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Command } from 'commander';

let isReady = true;
jest.unstable_mockModule('./prepare.js', () => ({
  prepareToMeasure: () => (isReady ? { release: () => undefined } : undefined),
}));
jest.unstable_mockModule('./wire-operations.js', () => ({
  wireOperations: () =>
    Promise.resolve([
      { op: 'decode-scms-pdu', counts: 'requests', call: () => undefined },
      {
        op: 'decode-pseudonym-certificate',
        counts: 'certificates',
        call: burn,
      },
    ]),
}));
const { addWireBench } = await import('./wire-bench.js');

/** Far more than 1/250 000 of a second of processor time. */
function burn(): number {
  let sum = 0;
  for (let n = 0; n < 200_000; n++) sum += Math.sqrt(n);
  return sum;
}

describe('chrysalis bench wire', () => {
  let ended: number[];
  let said: string[];
  const run = async (...words: string[]): Promise<void> => {
    const program = new Command();
    addWireBench(program, {
      root: '/nowhere/',
      environment: {},
      progress: () => undefined,
      result: (line) => said.push(line),
      finish: (code) => ended.push(code),
    });
    await program.parseAsync(['wire', '--rounds', '2', '--seconds', '0.01', ...words], { from: 'user' });
  };
  beforeEach(() => {
    [ended, said, isReady] = [[], [], true];
  });

  it('prints a table with the targets, and ends well though one is not met', async () => {
    await run();
    expect(said[1]).toMatch(/^operation/);
    expect(said[2]).toMatch(/^decode-scms-pdu .* – +requests$/);
    expect(said[3]).toMatch(/^decode-pseudonym-certificate .*250 000 not met +certificates$/);
    expect(ended).toEqual([0]);
  });

  it('ends with 1 when a target is not met and that is asked for', async () => {
    await run('--strict');
    expect(ended).toEqual([1]);
  });

  it('writes the medians to a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    await run('--json', join(folder, 'figures.json'));
    const { results } = JSON.parse(readFileSync(join(folder, 'figures.json'), 'utf8')) as {
      results: { op: string; opsPerSecond: number }[];
    };
    expect(results.map(({ op }) => op)).toEqual(['decode-scms-pdu', 'decode-pseudonym-certificate']);
    expect(results.every(({ opsPerSecond }) => opsPerSecond > 0)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('measures nothing where it cannot', async () => {
    isReady = false;
    await run();
    expect([said, ended]).toEqual([[], []]);
  });
});
