import { costBetween, flatness, windowsOf, type Sample } from './windows.js';

const sample = (millis: number, certificates: number, pca: number, la = 0): Sample => ({
  millis,
  certificates,
  micros: { pca, la },
});

describe('windows of a run', () => {
  it('are cut where the certificates are, between two samples in proportion', () => {
    const windows = windowsOf([sample(0, 0, 0), sample(1000, 150, 3000, 1500), sample(2000, 250, 6000, 1500)], 100);
    expect(windows).toHaveLength(2);
    expect(windows[0]).toMatchObject({ from: 0, certificates: 100, certificatesPerSecond: 150 });
    expect(windows[0]?.cpuMicrosecondsPerCertificate['pca']).toBeCloseTo(20);
    // Fifty at 20 µs and fifty at 30.
    expect(windows[1]?.cpuMicrosecondsPerCertificate['pca']).toBeCloseTo(25);
    expect(windows[1]?.cpuMicrosecondsPerCertificate['la']).toBeCloseTo(5);
  });

  it('leave out what does not fill one', () => {
    expect(windowsOf([sample(0, 0, 0), sample(1000, 99, 1)], 100)).toEqual([]);
    expect(windowsOf([], 100)).toEqual([]);
  });

  it('are as many as fit, whatever one sample brings', () => {
    const windows = windowsOf([sample(0, 0, 0), sample(1000, 1000, 5000)], 100);
    expect(windows).toHaveLength(10);
    for (const window of windows) expect(window.cpuMicrosecondsPerCertificate['pca']).toBeCloseTo(5);
  });

  it('count what came while nothing was stored to the next', () => {
    const [, second] = windowsOf(
      [sample(0, 0, 0), sample(1000, 100, 1000), sample(2000, 100, 2000), sample(3000, 200, 3000)],
      100,
    );
    expect(second?.seconds).toBe(2);
    expect(second?.cpuMicrosecondsPerCertificate['pca']).toBe(20);
  });
});

describe('the cost between two moments', () => {
  it('is what was used by what was made', () => {
    expect(costBetween(sample(500, 10, 100, 50), sample(2500, 30, 300, 50))).toEqual({
      from: 10,
      certificates: 20,
      seconds: 2,
      certificatesPerSecond: 10,
      cpuMicrosecondsPerCertificate: { pca: 10, la: 0 },
    });
  });
});

describe('flatness', () => {
  const costing = (...costs: number[]): ReturnType<typeof windowsOf> =>
    costs.map((cost, n) => costBetween(sample(n, n, 0), sample(n + 1, n + 1, cost, cost)));

  it('is the last window by the second, of all parts together', () => {
    expect(flatness(costing(900, 100, 150, 110))).toBeCloseTo(1.1);
  });

  it('is not known of fewer than three', () => {
    expect(flatness(costing(900, 100))).toBeUndefined();
    expect(flatness([])).toBeUndefined();
  });
});
