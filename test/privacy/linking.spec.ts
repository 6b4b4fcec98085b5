/** The classifier must see what is there, or its silence about the PCA's tables says nothing. */
import { randomBytes, randomInt } from 'node:crypto';
import { BEYOND_LUCK, tryToLink, type Row } from './linking.fixture.js';

const CARS = 4;
const PERIODS = 2;
const EACH = 20;

/** Rows in the order of cars, with columns that tell nothing. */
function rowsOf(seen: (device: number, group: number, n: number) => Row['seen']): Row[] {
  const rows: Row[] = [];
  for (let group = 0; group < PERIODS; group++)
    for (let device = 0; device < CARS; device++)
      for (let n = 0; n < EACH; n++)
        rows.push({ device, group, seen: { hash: randomBytes(32), i: group, ...seen(device, group, rows.length) } });
  return rows;
}

const found = (rows: readonly Row[]): string[] =>
  tryToLink(rows)
    .filter(({ z }) => Math.abs(z) > BEYOND_LUCK)
    .map(({ feature }) => feature);

describe('the classifier', () => {
  it('finds nothing in rows that tell nothing', () => {
    const verdicts = tryToLink(
      rowsOf(() => ({ place: randomInt(2 ** 40), pra: 'pra.example', answer: Buffer.alloc(9) })),
    );
    for (const { z } of verdicts) expect(Math.abs(z)).toBeLessThan(BEYOND_LUCK);
    for (const { auc } of verdicts) expect(Math.abs(auc - 0.5)).toBeLessThan(0.1);
  });

  it.each<[string, string, Parameters<typeof rowsOf>[0]]>([
    ['rows written device by device', 'place near', (_d, _g, n) => ({ place: n })],
    ['one value a device', 'session equal', (device) => ({ session: `s${device * 7919}` })],
    ['one transaction a device and period', 'xmin equal', (device, group) => ({ xmin: group * 10 + device })],
    ['a time that is near for one device', 'time near', (device) => ({ time: device * 1000 + randomInt(900) })],
    ['a length of its own', 'answer length', (device) => ({ answer: randomBytes(500 + device) })],
    [
      'half of the rows of one device beside each other',
      'place adjacent',
      (device, _g, n) => ({ place: n % 2 === 0 ? n : 10_000 + randomInt(2 ** 30), device2: device * 0 }),
    ],
  ])('finds %s', (_, feature, seen) => {
    if (feature === 'place adjacent') expect(found(rowsOf(seen)).join()).toMatch(/place/);
    else expect(found(rowsOf(seen))).toContain(feature);
  });

  it('counts pairs: of rows side by side, nearly all are of one device when they were written device by device', () => {
    const verdict = tryToLink(rowsOf((_d, _g, n) => ({ place: n }))).find(
      ({ feature }) => feature === 'place adjacent',
    );
    expect(verdict?.rate).toBeGreaterThan(0.9);
    expect(verdict?.baseRate).toBeCloseTo(((PERIODS * EACH - 1) * CARS * PERIODS * EACH) / (160 * 159), 2);
  });
});
