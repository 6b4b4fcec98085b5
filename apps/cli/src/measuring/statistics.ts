/** The arithmetic of measurements: medians, and Welch's t of two classes of times. */

/** The middle value, or the mean of the two middle ones; refuses an empty list. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('values: none given');
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted.length >> 1;
  const lower = (sorted.length - 1) >> 1;
  return ((sorted[lower] as number) + (sorted[upper] as number)) / 2;
}

/** The distance from the least to the largest value, as a part of the median. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** Mean and variance of the values of one class, gathered one by one (Welford). */
class Gathered {
  count = 0;
  mean = 0;
  private squares = 0;

  add(value: number): void {
    this.count++;
    const distance = value - this.mean;
    this.mean += distance / this.count;
    this.squares += distance * (value - this.mean);
  }

  /** The variance of the mean: what Welch's t divides by. */
  varianceOfMean(): number {
    return this.squares / (this.count - 1) / this.count;
  }
}

/**
 * Welch's t of the times of class 0 less those of class 1, of those up to `most`. Zero when a class has fewer than two of
 * them; infinite when the means differ and nothing scatters.
 */
export function welchT(times: ArrayLike<number>, classes: ArrayLike<number>, most = Infinity): number {
  const gathered = [new Gathered(), new Gathered()] as const;
  for (let n = 0; n < times.length; n++) {
    const time = times[n] as number;
    if (time <= most) gathered[classes[n] as 0 | 1].add(time);
  }
  const [zero, one] = gathered;
  if (zero.count < 2 || one.count < 2 || zero.mean === one.mean) return 0;
  return (zero.mean - one.mean) / Math.sqrt(zero.varianceOfMean() + one.varianceOfMean());
}

/** Parts of all times that are kept, the fastest first: interruptions make a long slow tail that hides small differences. */
const KEPT = [1, 0.99, 0.95, 0.9, 0.75, 0.5];

/** The t furthest from zero among several croppings of the slow tail. The croppings are the same for both classes. */
export function largestT(times: Float64Array, classes: Uint8Array): number {
  const sorted = times.toSorted();
  const ts = KEPT.map((kept) => welchT(times, classes, sorted[Math.ceil(kept * sorted.length) - 1]));
  return ts.reduce((worst, t) => (Math.abs(t) > Math.abs(worst) ? t : worst), 0);
}
