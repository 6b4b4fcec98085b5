// One message as a receiver sees it, on a local plane in metres: what the checks look at, wherever it came from.
// A sender is an alias or the digest of a certificate, never an identity.

/** What one message claims. Angles are clockwise from north. `undefined` is what the message does not say. */
export interface Motion {
  /** Generation time, in seconds; only differences count, so any epoch will do. */
  readonly timeSeconds: number;
  readonly eastMetres: number;
  readonly northMetres: number;
  /** Standard deviation on each axis, as `positionSigma` makes it of a claim. */
  readonly positionSigmaMetres: number;
  readonly speedMetresPerSecond: number | undefined;
  /** Forward axis, braking is negative. */
  readonly acceleration: number | undefined;
  readonly headingDegrees: number | undefined;
  readonly headingSigmaDegrees: number;
}

const LEAST_POSITION_SIGMA = 0.3;
const MOST_POSITION_SIGMA = 8;
const UNCLAIMED_POSITION_SIGMA = 1.5;
const LEAST_HEADING_SIGMA = 1;
const MOST_HEADING_SIGMA = 20;
const UNCLAIMED_HEADING_SIGMA = 3;

/**
 * The standard deviation to reckon with. Who claims centimetres still quantises and lags, who claims hundreds of metres
 * must not buy the freedom to jump, and 0 or nothing is no claim.
 */
export function positionSigma(claimedMetres: number | undefined): number {
  return bounded(claimedMetres, LEAST_POSITION_SIGMA, MOST_POSITION_SIGMA, UNCLAIMED_POSITION_SIGMA);
}

/** The same for a heading, in degrees. */
export function headingSigma(claimedDegrees: number | undefined): number {
  return bounded(claimedDegrees, LEAST_HEADING_SIGMA, MOST_HEADING_SIGMA, UNCLAIMED_HEADING_SIGMA);
}

function bounded(claim: number | undefined, least: number, most: number, unclaimed: number): number {
  if (claim === undefined || !Number.isFinite(claim) || claim === 0) return unclaimed;
  return Math.min(most, Math.max(least, Math.abs(claim)));
}
