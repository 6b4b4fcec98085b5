/** The measured run as a person starts it, small: its figures, and that it sees what was done to it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuanceResult } from '#apps/all-in-one/src/bench/issuance-report.js';

const RUN_MILLIS = 180_000;

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly figures: IssuanceResult;
}

async function bench(...words: string[]): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), 'chrysalis-figures-'));
  const json = join(folder, 'figures.json');
  try {
    const { code, output } = await new Promise<Omit<Ended, 'figures'>>((resolve) => {
      execFile(
        process.execPath,
        ['chrysalis', 'bench', 'issuance', '--json', json, ...words],
        { timeout: RUN_MILLIS },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
    });
    return { code, output, figures: JSON.parse(await readFile(json, 'utf8')) as IssuanceResult };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('bench issuance', () => {
  it(
    'delivers every certificate once, and says what each cost',
    async () => {
      const { code, output, figures } = await bench('--vehicles', '40', '--weeks', '2');
      expect(output).not.toContain('did not go as it must');
      expect(code).toBe(0);
      expect(figures).toMatchObject({
        certificates: 1600,
        lost: 0,
        duplicated: 0,
        durability: { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' },
        windows: [],
      });
      const bill = figures.cpuMicrosecondsPerCertificate;
      for (const part of ['pra', 'pca', 'la', 'database', 'other'] as const) expect(bill[part]).toBeGreaterThan(0);
      expect(figures.certificatesPerSecond).toBeCloseTo(1600 / figures.seconds);
      expect(figures.requestToReadyMs.p50).toBeGreaterThan(0);
      expect(figures.requestToReadyMs.p99).toBeGreaterThanOrEqual(figures.requestToReadyMs.p50);
      expect(figures.bytesStoredPerCertificate).toBeGreaterThan(500);
      expect(Object.keys(figures.peakMemoryMiB).sort()).toEqual(['database', 'la1', 'la2', 'pca', 'pra', 'pra-worker']);
    },
    RUN_MILLIS,
  );

  it(
    'fails when an answer was lost, and says whose',
    async () => {
      const { code, output, figures } = await bench('--vehicles', '10', '--weeks', '1', '--plant', 'lost');
      expect(code).toBe(1);
      expect(figures).toMatchObject({ lost: 20, duplicated: 0 });
      expect(output).toMatch(/vehicle \d, week \d+, j 0 1 2 .* 19: bundle-4\d\d/);
    },
    RUN_MILLIS,
  );

  it(
    'fails when an answer stands in the place of another, and says which',
    async () => {
      const { code, output, figures } = await bench('--vehicles', '10', '--weeks', '1', '--plant', 'duplicate');
      expect(code).toBe(1);
      expect(figures).toMatchObject({ lost: 1, duplicated: 1 });
      expect(output).toMatch(/the same answer at 2 places/);
      expect(output).toMatch(/vehicle \d, week \d+, j 1: item-not-for-this-key/);
    },
    RUN_MILLIS,
  );
});
