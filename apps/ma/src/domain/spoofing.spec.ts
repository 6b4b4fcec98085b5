import { areaOf, NO_AREA } from './decide.js';
import { circularVariance, isSpoofingSuspected, type Suspect } from './spoofing.js';

const AT = Date.UTC(2026, 10, 18, 12);
const area = areaOf(39.9, 116.4);
const suspects = (count: number, parts: (n: number) => Partial<Suspect> = () => ({})): Suspect[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ device: `d${String(n)}`, atMillis: AT + n * 60_000, area, bearingDegrees: 80 + 5 * n },
    ...parts(n),
  }));
const judged = ([one, ...others]: Suspect[]): boolean => isSpoofingSuspected(one as Suspect, others);

describe('satellites are suspected', () => {
  it('when five devices near one another err the same way within ten minutes (RV2)', () => {
    expect(judged(suspects(5))).toBe(true);
  });

  it.each<[string, Suspect[]]>([
    ['four do', suspects(4)],
    ['five certificates are four devices', suspects(5, (n) => (n === 4 ? { device: 'd3' } : {}))],
    ['one of five is elsewhere', suspects(5, (n) => (n === 4 ? { area: areaOf(39.9, 117.4) } : {}))],
    ['one of five was at another time', suspects(5, (n) => (n === 4 ? { atMillis: AT + 600_001 } : {}))],
    ['they err all ways, as liars do', suspects(5, (n) => ({ bearingDegrees: 72 * n }))],
    ['nobody knows where it was', suspects(5, () => ({ area: NO_AREA }))],
  ])('not when %s', (_, cast) => {
    expect(judged(cast)).toBe(false);
  });

  it('a ghost counts once, whichever of its certificates is looked at', () => {
    expect(judged(suspects(9, (n) => ({ device: n < 6 ? 'sybil' : `d${String(n)}` })))).toBe(false);
  });
});

it('directions across north are one way', () => {
  expect(circularVariance([350, 355, 0, 5, 10])).toBeLessThan(0.02);
  expect(circularVariance([0, 90, 180, 270])).toBeCloseTo(1);
  expect(circularVariance([])).toBe(1);
});
