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
  /** Products of each error with the one before it, and the last errors themselves. */
  readonly ownNext: number;
  readonly otherNext: number;
  readonly last: readonly [own: Deviation, other: Deviation] | undefined;
}

/** An error in deviations. */
type Deviation = readonly [east: number, north: number];

export const NO_PAIRS: ErrorPair = {
  count: 0,
  product: 0,
  ownSquares: 0,
  otherSquares: 0,
  ownNext: 0,
  otherNext: 0,
  last: undefined,
};

/** Errors farther apart in time are not of one moment. */
export const SAME_MOMENT_SECONDS = 0.25;
/**
 * The atmosphere above and the brake lights ahead make neighbours err alike. How much is learned; so much is always
 * taken as honest, and so much more than the usual of all pairs.
 */
const LEAST_HONEST = 0.6;
const MOST_HONEST = 0.9;
const BEYOND_USUAL = 0.3;
/** Errors much smaller than usual may be the car's motion and no errors at all. */
const LEAST_SHARE_OF_USUAL = 0.5;
/** A larger error counts as so many deviations, so that no single moment decides. */
const MOST_DEVIATIONS = 3;
const LEAST_PAIRS = 3;

/** One more pair. */
export function pairErrors(pair: ErrorPair, ownError: PlaneError, otherError: PlaneError): ErrorPair {
  const [own, other] = [deviationOf(ownError), deviationOf(otherError)];
  const [ownBefore, otherBefore] = pair.last ?? [NONE, NONE];
  return {
    count: pair.count + 1,
    product: pair.product + dot(own, other),
    ownSquares: pair.ownSquares + dot(own, own),
    otherSquares: pair.otherSquares + dot(other, other),
    ownNext: pair.ownNext + dot(own, ownBefore),
    otherNext: pair.otherNext + dot(other, otherBefore),
    last: [own, other],
  };
}

const NONE: Deviation = [0, 0];
const dot = ([a, b]: Deviation, [c, d]: Deviation): number => a * c + b * d;

/** Makes metres deviations, the largest of them cut. */
function deviationOf({ east, north, sigma }: PlaneError): Deviation {
  const weight = Math.min(1, MOST_DEVIATIONS / (Math.hypot(east, north) / sigma)) / sigma;
  return [weight * east, weight * north];
}

/**
 * How many independent pairs the pairs are worth (Bartlett, 1946): errors that last say the same again and again, and two
 * slow drifts agree for a while by chance.
 */
export function independentPairs({ count, ownNext, otherNext, ownSquares, otherSquares }: ErrorPair): number {
  const lasting = Math.max(0, ownNext / ownSquares) * Math.max(0, otherNext / otherSquares);
  return lasting > 0 ? (count * (1 - lasting)) / (1 + lasting) : count;
}

/** How alike two senders err, −1 … 1; undefined for too few independent pairs, or errors so small that they may be motion. */
export function errorCorrelation(pair: ErrorPair): number | undefined {
  const { count, product, ownSquares, otherSquares } = pair;
  const least = count * 2 * LEAST_SHARE_OF_USUAL ** 2;
  if (independentPairs(pair) < LEAST_PAIRS || Math.min(ownSquares, otherSquares) < least) return undefined;
  return product / Math.sqrt(ownSquares * otherSquares);
}

/**
 * How much more alike than honest neighbours two senders err, in standard deviations (Fisher's transform), ≥ 0. `usual`
 * is a high quantile of the correlations of all pairs around, `count` the number of independent pairs.
 */
export function sharedErrorExcess(correlation: number, count: number, usual: number): number {
  const honest = Math.min(MOST_HONEST, Math.max(LEAST_HONEST, usual + BEYOND_USUAL));
  const beyond = Math.atanh(Math.min(0.9999, correlation)) - Math.atanh(honest);
  return Math.max(0, beyond) * Math.sqrt(2 * count - 1);
}
