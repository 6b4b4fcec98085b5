import { ccsa } from '#credentials/profile.js';
import { diceOf } from '../sample/dice.js';
import { House } from '../sample/house.js';
import { crlTable, isMet } from './crl-bench.js';
import { measureCrl, type CrlFigure } from './crl-figures.js';

it('measures lists that receivers take and apply', async () => {
  const house = new House(ccsa, Date.UTC(2026, 10, 21, 8), diceOf(1));
  const figure = await measureCrl(house, 1000);
  expect(figure).toMatchObject({ revoked: 1000, lists: 1, seedBytesAnEntry: 32 });
  expect(figure.bytes).toBeGreaterThan(33_000);
  // A delta costs what is new: a hundred entries and what every list has.
  expect(figure.deltaBytes).toBeLessThan(4_000);
  expect(figure.setBytesAnEntry).toBeLessThan(20 * 12.1);
  expect(crlTable([figure])).toHaveLength(2);
});

it('judges the expansion of ten thousand', () => {
  const figure = (revoked: number, expandMillis: number): CrlFigure => ({ revoked, expandMillis }) as CrlFigure;
  expect(isMet([figure(10_000, 150), figure(100_000, 1500)])).toBe(true);
  expect(isMet([figure(10_000, 151)])).toBe(false);
});
