/** Time32 and Time64 against UTC; the leap seconds are those of IERS Bulletin C. */
import fc from 'fast-check';
import { millisFromTime32, millisFromTime64, time32FromMillis, time64FromMillis } from './time.js';

const at = (text: string): number => Date.parse(text);

describe('Time32', () => {
  it.each([
    ['2004-01-01T00:00:00Z', 0],
    ['2005-12-31T23:59:59Z', 63_158_399],
    ['2006-01-01T00:00:00Z', 63_158_401], // one leap second
    ['2009-01-01T00:00:00Z', 157_852_802],
    ['2012-07-01T00:00:00Z', 268_185_603],
    ['2015-07-01T00:00:00Z', 362_793_604],
    ['2016-12-31T23:59:59Z', 410_313_603],
    ['2017-01-01T00:00:00Z', 410_313_605], // the fifth: 410 313 604 was 23:59:60
    ['2020-01-06T20:00:00Z', 0x1e202ec5], // i = 0 of YD/T 3957-2021
  ])('%s is %d', (text, time32) => {
    expect(time32FromMillis(at(text))).toBe(time32);
    expect(millisFromTime32(time32)).toBe(at(text));
  });

  it('has a number for a leap second, which UTC milliseconds count as the next second', () => {
    expect(millisFromTime32(410_313_604)).toBe(at('2017-01-01T00:00:00Z'));
    expect(millisFromTime32(410_313_603)).toBe(at('2016-12-31T23:59:59Z'));
  });

  it('drops the fraction', () => {
    expect(time32FromMillis(at('2020-01-06T20:00:00.999Z'))).toBe(0x1e202ec5);
  });

  it('goes there and back at every second around every leap second', () => {
    for (const year of ['2006-01-01', '2009-01-01', '2012-07-01', '2015-07-01', '2017-01-01']) {
      for (let offset = -10; offset <= 10; offset++) {
        const millis = at(`${year}T00:00:00Z`) + offset * 1000;
        expect(millisFromTime32(time32FromMillis(millis))).toBe(millis);
      }
    }
  });

  it('never runs backwards', () => {
    const seconds = fc.integer({ min: 0, max: 2 ** 32 - 2 });
    fc.assert(fc.property(seconds, (time32) => millisFromTime32(time32 + 1) >= millisFromTime32(time32)));
  });
});

describe('Time64', () => {
  it.each([
    ['2004-01-01T00:00:00.000Z', 0n],
    ['2016-12-31T23:59:59.999Z', 410_313_603_999_000n],
    ['2017-01-01T00:00:00.001Z', 410_313_605_001_000n],
    ['2020-01-06T20:00:00.500Z', 505_425_605_500_000n],
  ])('%s is %d', (text, time64) => {
    expect(time64FromMillis(at(text))).toBe(time64);
    expect(millisFromTime64(time64)).toBe(at(text));
  });

  it('goes there and back, to the millisecond, and agrees with Time32', () => {
    fc.assert(
      fc.property(fc.integer({ min: at('2004-01-01T00:00:00Z'), max: at('2130-01-01T00:00:00Z') }), (millis) => {
        const time64 = time64FromMillis(millis);
        expect(millisFromTime64(time64)).toBe(millis);
        expect(Number(time64 / 1_000_000n)).toBe(time32FromMillis(millis));
      }),
    );
  });
});
