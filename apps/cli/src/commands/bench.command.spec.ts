import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import type { CryptoFigure } from '../measuring/crypto-report.js';

const figures: CryptoFigure[] = [
  { op: 'sm3.200B', opsPerSecond: 900_000, peers: { node: 450_000 }, counts: 'texts', spread: 0.1 },
];
const asked: { rounds: number; seconds: number }[] = [];
let isReady = true;
jest.unstable_mockModule('../measuring/crypto-bench.js', () => ({
  benchCrypto: ({ rounds, seconds }: { rounds: number; seconds: number }) => {
    asked.push({ rounds, seconds });
    return [...figures];
  },
}));
jest.unstable_mockModule('../measuring/pool-bench.js', () => ({
  benchPool: () =>
    Promise.resolve<CryptoFigure>({
      op: 'pool.sign2Workers',
      opsPerSecond: 80_000,
      peers: { oneWorker: 41_000 },
      counts: 'messages',
      spread: 0,
    }),
}));
jest.unstable_mockModule('../measuring/prepare.js', () => ({
  prepareToMeasure: () => (isReady ? { release: () => undefined } : undefined),
}));
const { add } = await import('./bench.command.js');

describe('chrysalis bench crypto', () => {
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
    await program.parseAsync(['bench', 'crypto', ...words], { from: 'user' });
  };

  beforeEach(() => {
    ended = [];
    said = [];
    asked.length = 0;
    isReady = true;
  });

  it('prints a table and the targets, and ends well though targets are not met', async () => {
    await run('--rounds', '2', '--seconds', '0.05');
    expect(asked).toEqual([{ rounds: 2, seconds: 0.05 }]);
    expect(said.find((line) => line.startsWith('sm3.200B') && line.includes('900 000'))).toContain('2.00');
    expect(said.find((line) => line.includes('2.00 × node'))).toMatch(/ met$/);
    expect(said.find((line) => line.includes('1.95 × oneWorker'))).toMatch(/ met$/);
    expect(said.filter((line) => line.endsWith('not met')).length).toBeGreaterThan(0);
    expect(ended).toEqual([0]);
  });

  it('ends with 1 when a target is not met and that is asked for', async () => {
    await run('--strict');
    expect(ended).toEqual([1]);
  });

  it('writes the medians to a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    await run('--json', join(folder, 'figures.json'));
    expect(JSON.parse(readFileSync(join(folder, 'figures.json'), 'utf8'))).toMatchObject({
      node: process.version,
      results: [
        { op: 'sm3.200B', opsPerSecond: 900_000, peers: { node: 450_000 } },
        { op: 'pool.sign2Workers', opsPerSecond: 80_000, peers: { oneWorker: 41_000 } },
      ],
    });
    rmSync(folder, { recursive: true });
  });

  it('measures nothing where it cannot', async () => {
    isReady = false;
    await run();
    expect([asked, said]).toEqual([[], []]);
  });
});
