import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capacityPage, needsOf } from './capacity.js';
import type { IssuanceResult } from './issuance-report.js';

const OPERATIONS = new URL('../../../../docs/operations/', import.meta.url).pathname;
const figures = JSON.parse(readFileSync(join(OPERATIONS, 'issuance.json'), 'utf8')) as IssuanceResult;

describe('the page of capacity', () => {
  it('is made of the figures that stand beside it (node chrysalis bench capacity)', () => {
    expect(readFileSync(join(OPERATIONS, 'capacity.md'), 'utf8')).toBe(capacityPage(figures));
  });

  it('names every part, and no figure that is none', () => {
    const page = capacityPage(figures);
    for (const word of ['cores, pra', 'cores, pca', 'cores, la', 'cores, database', 'PRA → pca', 'download edge'])
      expect(page).toContain(word);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('stands on figures of a run that lost nothing and waited for the disk', () => {
    expect(figures).toMatchObject({
      lost: 0,
      duplicated: 0,
      durability: { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' },
    });
  });
});

describe('what a fleet needs', () => {
  const easy: IssuanceResult = {
    ...figures,
    cpuMicrosecondsPerCertificate: { pra: 1000, pca: 0, la: 0, database: 0, other: 0 },
    bytesStoredPerCertificateOf: { pra: 1000, pca: 100, la1: 5, la2: 5 },
    bundleBytesPerCertificate: 1000,
  };
  /** So many that one certificate a second is issued. */
  const needs = needsOf(604_800 / 20, easy);

  it('follows from the rate', () => {
    expect(needs.certificatesPerSecond).toBe(1);
    expect(needs.cores.pra).toBeCloseTo(0.002);
    expect(needs.bytesAWeek).toEqual({ pra: 604_800_000, pca: 60_480_000, la: 6_048_000 });
    expect(needs.bytesKept.pra).toBe(8 * 604_800_000);
    expect(needs.edgeBits).toBe(8000);
    expect(needs.bundlesPerSecond).toBe(0.05);
  });

  it('grows as the fleet does', () => {
    const more = needsOf((10 * 604_800) / 20, easy);
    expect(more.cores.pra).toBeCloseTo(10 * needs.cores.pra);
    expect(more.requestsPerSecond).toBeCloseTo(10 * needs.requestsPerSecond);
    expect(more.wakesPerSecond).toBeCloseTo(10 * needs.wakesPerSecond);
  });

  it('is 9 921 certificates a second for 300 million', () => {
    expect(Math.round(needsOf(300e6, easy).certificatesPerSecond)).toBe(9921);
  });
});
