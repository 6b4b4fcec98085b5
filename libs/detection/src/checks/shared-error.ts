// Two senders whose errors are the same have one receiver of satellites: ghosts of one liar move as it does, and jitter
// as it does. Errors are what a track did not foretell, so it does not matter where the ghosts say they are.

export interface PlaneError {
  readonly timeSeconds: number;
  readonly east: number;
  readonly north: number;
  /** The usual deviation on each axis. */
  readonly sigma: number;
}

/** Sums over the pairs of errors of two senders. */
export interface ErrorPair {
  readonly count: number;
  readonly product: number;
  readonly ownSquares: number;
  readonly otherSquares: number;
  readonly variance: number;
}

export const NO_PAIRS: ErrorPair = { count: 0, product: 0, ownSquares: 0, otherSquares: 0, variance: 0 };

/** Errors farther apart in time are not of one moment. */
export const SAME_MOMENT_SECONDS = 0.25;
/** The atmosphere above and the brake lights ahead make neighbours err alike, up to such a correlation. */
const HONEST_CORRELATION = 0.8;
/** Errors much smaller than usual may be the car's motion and no errors at all. */
const LEAST_SHARE_OF_USUAL = 0.5;
const LEAST_PAIRS = 3;

/** One more pair. */
export function pairErrors(pair: ErrorPair, own: PlaneError, other: PlaneError): ErrorPair {
  return {
    count: pair.count + 1,
    product: pair.product + own.east * other.east + own.north * other.north,
    ownSquares: pair.ownSquares + own.east ** 2 + own.north ** 2,
    otherSquares: pair.otherSquares + other.east ** 2 + other.north ** 2,
    variance: pair.variance + 2 * own.sigma ** 2,
  };
}

/** How much more alike than honest neighbours two senders err, in standard deviations (Fisher's transform), ≥ 0. */
export function sharedErrorExcess({ count, product, ownSquares, otherSquares, variance }: ErrorPair): number {
  if (count < LEAST_PAIRS || Math.min(ownSquares, otherSquares) < LEAST_SHARE_OF_USUAL ** 2 * variance) return 0;
  const correlation = Math.min(0.9999, product / Math.sqrt(ownSquares * otherSquares));
  const beyond = Math.atanh(correlation) - Math.atanh(HONEST_CORRELATION);
  return Math.max(0, beyond) * Math.sqrt(2 * count - 1);
}
