import { mixedUntilMillis } from './report-mixing.js';

const mixing = { mixReports: 50, mixSeconds: 600 };

describe('reports are mixed', () => {
  it('all of a stretch until its one end', () => {
    expect([0, 1, 599_999].map((now) => mixedUntilMillis(now, mixing))).toEqual([600_000, 600_000, 600_000]);
    expect(mixedUntilMillis(600_000, mixing)).toBe(1_200_000);
  });

  it('not at all where the stretch is nothing', () => {
    expect(mixedUntilMillis(123, { ...mixing, mixSeconds: 0 })).toBe(123);
  });
});
