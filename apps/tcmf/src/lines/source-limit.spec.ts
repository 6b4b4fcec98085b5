import { SourceLimit } from './source-limit.js';

describe('the limit of a source', () => {
  const admitted = (limit: SourceLimit, source: string, times: number, atMillis: number): number =>
    Array.from({ length: times }, () => limit.admits(source, atMillis)).filter((one) => one).length;

  it('lets twenty in at once, and one more each two seconds', () => {
    const limit = new SourceLimit();
    expect(admitted(limit, 'a', 50, 0)).toBe(20);
    expect(admitted(limit, 'a', 50, 1999)).toBe(0);
    expect(admitted(limit, 'a', 50, 4000)).toBe(2);
    expect(admitted(limit, 'a', 50, 400_000)).toBe(20);
  });

  it('is of each source by itself, and does not grow without end', () => {
    const limit = new SourceLimit();
    admitted(limit, 'a', 20, 0);
    expect(admitted(limit, 'b', 1, 0)).toBe(1);
    for (let n = 0; n < 12_000; n++) limit.admits(`source ${String(n)}`, 1);
    expect((limit as unknown as { sources: Map<string, unknown> }).sources.size).toBe(10_000);
  });
});
