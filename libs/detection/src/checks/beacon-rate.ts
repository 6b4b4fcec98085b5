// Speaking more often than those around: a sender's interval against the usual one, where there is a usual one.

/** Messages at twice the usual rate shall show, those a little faster shall not. */
const TOLERATED = Math.log(1.3);
const LEAST_SIGMA = 0.1;
/** T/CSAE 53-2020: every 100 ms at most; TS 103 759 calls an interval below 80 % too small. */
const LEAST_INTERVAL_SECONDS = 0.08;

/**
 * How much shorter than usual a sender's own median interval is, in standard deviations of the logarithm, ≥ 0. `usual`
 * and `short` are median and lower quartile of the logarithms around; where they differ much, rates differ and say
 * little. Both undefined: only the absolute bound of the service counts.
 */
export function rateExcess(intervalSeconds: number, usual: number | undefined, short: number | undefined): number {
  const log = Math.log(Math.max(1e-4, intervalSeconds));
  const absolute = Math.max(0, Math.log(LEAST_INTERVAL_SECONDS) - log) / LEAST_SIGMA;
  if (usual === undefined || short === undefined) return absolute;
  const sigma = Math.max(LEAST_SIGMA, (usual - short) / 0.6745);
  return Math.max(absolute, (usual - log - TOLERATED) / sigma);
}
