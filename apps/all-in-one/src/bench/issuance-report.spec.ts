import { complaints, issuanceTable, percentile, type IssuanceResult } from './issuance-report.js';

const good: IssuanceResult = {
  certificates: 1600,
  seconds: 2,
  certificatesPerSecond: 800,
  cpuMicrosecondsPerCertificate: { pra: 1, pca: 2, la: 3, database: 4, other: 5 },
  requestToReadyMs: { p50: 10, p99: 20 },
  lost: 0,
  duplicated: 0,
  durability: { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' },
  peakMemoryMiB: { pra: 100 },
  bytesStoredPerCertificate: 3000,
  bytesStoredPerCertificateOf: { pra: 3000 },
  bundleBytesPerCertificate: 760,
  lineBytesPerCertificate: { pca: { up: 400, down: 900 }, la1: { up: 1, down: 90 }, la2: { up: 1, down: 90 } },
  databasePerCertificate: { transactions: 0.1, rowsWritten: 5, walBytes: 4000 },
  vehicles: 40,
  weeks: 2,
  praProcesses: 2,
  busyAnswers: 0,
  windows: [],
  machine: { cpu: 'c', cores: 2, node: 'v20' },
};
const verdict = { requested: 1600, right: 1600, lost: 0, duplicated: 0, told: [], bundleBytes: 1 };

describe('a run in which all went as it must', () => {
  it('has nothing to complain of', () => expect(complaints(good, verdict)).toEqual([]));
  it('is told with the sum of its parts', () => expect(issuanceTable(good).join('\n')).toMatch(/together +15\.0/));
});

describe('a run', () => {
  it.each([
    ['loses one', { lost: 1 }, /1 certificates were asked for and are not there/],
    ['issues one twice', { duplicated: 1 }, /1 certificates repeat another/],
    ['does not wait for the disk', { durability: { ...good.durability, fsync: 'off' } }, /fsync is off/],
  ])('is complained of when it %s', (_, change, words) => {
    expect(complaints({ ...good, ...change }, verdict)).toEqual([expect.stringMatching(words)]);
  });

  it('is complained of in the words of the checker', () => {
    expect(complaints(good, { ...verdict, told: ['vehicle 1'] })).toEqual(['vehicle 1']);
  });
});

describe('a percentile', () => {
  it.each([
    [0.5, 51],
    [0.99, 100],
    [0, 1],
    [1, 100],
  ])('%d of 1 … 100 in any order is %d', (p, value) => {
    const values = Array.from({ length: 100 }, (_, n) => ((n * 37) % 100) + 1);
    expect(percentile(values, p)).toBe(value);
  });

  it('of nothing is 0', () => expect(percentile([], 0.5)).toBe(0));
});
