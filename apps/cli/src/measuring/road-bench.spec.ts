/** The bench of the road measures what it says: everything is accepted, and what is missed is said. */
import { roadTable, roadTargets } from './road-bench.js';
import { measureRoad, type RoadFigures } from './road-figures.js';

let figures: RoadFigures;
beforeAll(async () => {
  const load = { known: 2, messages: 3, fresh: 3, signatures: 30, vehicles: 6, neighbours: 3, seconds: 1 };
  figures = await measureRoad(load, () => undefined);
});

it('counts what it did', () => {
  const { road, bytes } = figures;
  expect(road.heardByEach).toBeGreaterThan(1);
  expect(road.receptions).toBe(Math.round(road.heardByEach * 6 * 10));
  expect([road.accepted, road.refused]).toEqual([road.receptions, 0]);
  expect(bytes.withCertificate).toBeGreaterThan(bytes.withDigest + 100);
  expect(bytes.aSecondOfOneCar).toBeGreaterThan(10 * bytes.withDigest);
  expect(bytes.aSecondOfOneCar).toBeLessThan(10 * bytes.withCertificate);
});

it('holds each figure against its own goal', () => {
  const at = (changes: Partial<RoadFigures>) =>
    roadTargets({
      ...figures,
      verifiedWithDigest: 6000,
      verifiedWithNewCertificate: 4000,
      signMicros: { p50: 1, p99: 1000 },
      road: { ...figures.road, processorSecondsASecond: 2 },
      ...changes,
    }).map(({ isMet }) => isMet);
  expect(at({})).toEqual([true, true, true, true]);
  expect(at({ verifiedWithDigest: 5999 })).toEqual([false, true, true, true]);
  expect(at({ verifiedWithNewCertificate: 3999 })).toEqual([true, false, true, true]);
  expect(at({ signMicros: { p50: 1, p99: 1001 } })).toEqual([true, true, false, true]);
  expect(at({ road: { ...figures.road, processorSecondsASecond: 2.1 } })).toEqual([true, true, true, false]);
  expect(roadTable({ ...figures, verifiedWithDigest: 5999 })[0]).toMatch(/^not met .* 5999$/);
});
