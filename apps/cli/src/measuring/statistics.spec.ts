import { largestT, median, spread, welchT } from './statistics.js';

/** A generator with a seed, in [0, 1): the specs need dice that fall the same way each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x100000000;
  };
}

describe('the median', () => {
  it('is the middle value', () => expect(median([9, 1, 5])).toBe(5));
  it('is the mean of the two middle values of an even number', () => expect(median([10, 1, 4, 2])).toBe(3));
  it('compares numbers as numbers', () => expect(median([100, 9, 20])).toBe(20));
  it('leaves the values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
  it('refuses an empty list', () => expect(() => median([])).toThrow('values: none given'));
});

describe('the spread', () => {
  it('is the distance of the ends by the median', () => expect(spread([90, 100, 120])).toBeCloseTo(0.3));
});

describe("Welch's t", () => {
  it('is that of a textbook: two classes of unequal size and variance', () => {
    // NIST/SEMATECH handbook style data, computed by hand: means 3 and 8, variances 2.5 and 20/3, counts 5 and 4.
    const times = [1, 2, 3, 4, 5, 5, 7, 9, 11];
    const classes = [0, 0, 0, 0, 0, 1, 1, 1, 1];
    expect(welchT(times, classes)).toBeCloseTo(-5 / Math.sqrt(2.5 / 5 + 20 / 3 / 4), 12);
  });
  it('changes its sign with the classes', () => {
    expect(welchT([1, 2, 8, 9], [0, 0, 1, 1])).toBe(-welchT([1, 2, 8, 9], [1, 1, 0, 0]));
  });
  it('leaves out what is above the limit, in both classes', () => {
    expect(welchT([1, 2, 99, 8, 9, 999], [0, 0, 0, 1, 1, 1], 50)).toBe(welchT([1, 2, 8, 9], [0, 0, 1, 1]));
  });
  it('is zero for equal means and for a class of fewer than two', () => {
    expect(welchT([1, 3, 2, 2], [0, 0, 1, 1])).toBe(0);
    expect(welchT([1, 3, 2], [0, 0, 1])).toBe(0);
  });
  it('is infinite for different means without scatter', () =>
    expect(welchT([2, 2, 1, 1], [0, 0, 1, 1])).toBe(Infinity));
});

describe('the largest t of several croppings', () => {
  const measurements = (difference: number): [Float64Array, Uint8Array] => {
    const random = dice(7);
    const classes = Uint8Array.from({ length: 20_000 }, () => (random() < 0.5 ? 0 : 1));
    // Most calls take 1000 and scatter by 50; one in ten is interrupted for up to a hundred times as long.
    const times = Float64Array.from(classes, (one) => {
      const interruption = random() < 0.1 ? 100_000 * random() : 0;
      return 1000 + 50 * random() + one * difference + interruption;
    });
    return [times, classes];
  };

  it('finds a small difference that the slow tail hides', () => {
    const [times, classes] = measurements(3);
    expect(Math.abs(welchT(times, classes))).toBeLessThan(4.5);
    expect(largestT(times, classes)).toBeLessThan(-4.5);
  });
  it('finds none where there is none', () => {
    const [times, classes] = measurements(0);
    expect(Math.abs(largestT(times, classes))).toBeLessThan(4.5);
  });
});
