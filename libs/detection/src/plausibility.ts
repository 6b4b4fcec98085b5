// What "plausible" means in numbers, and what the detectors take for granted about cars, radios and receivers.
import type { GeoPoint } from './geo.js';
import type { ObservedState } from './observed-state.js';

/** What a detector may know besides the two messages. The defaults are ours; every one is configuration. */
export interface DetectionContext {
  /** Where the receiver is; a misbehaviour authority leaves it out, because it cannot verify the reporter's place. */
  readonly receiver?: GeoPoint;
  /** Farther than this no message is heard. */
  readonly radioRangeMetres: number;
  readonly maxSpeedMetresPerSecond: number;
  /** Hardest braking and hardest pulling away that a road car reaches, in m/s². */
  readonly maxAcceleration: number;
  /** Fastest turn of a car that moves. */
  readonly maxYawDegreesPerSecond: number;
  /** BSMs come every 100 ms (T/CSAE 53-2020); TS 103 759 calls an interval under 80 % of the nominal too small. */
  readonly nominalIntervalMillis: number;
  /** Two messages farther apart in time say nothing about each other. */
  readonly horizonMillis: number;
}

export const DEFAULT_CONTEXT: DetectionContext = {
  radioRangeMetres: 1000,
  maxSpeedMetresPerSecond: 70,
  maxAcceleration: 9,
  maxYawDegreesPerSecond: 60,
  nominalIntervalMillis: 100,
  horizonMillis: 3000,
};

/** Speed and heading errors that a BSM does not deny: standard deviations, taken on the generous side. */
export const SPEED_SIGMA = 0.2;
export const HEADING_SIGMA_DEGREES = 3;

// A sender that claims centimetres still quantises and lags; one that claims hundreds of metres must not buy itself
// freedom to jump. So its own claim counts between these bounds only.
const LEAST_SIGMA_METRES = 0.3;
const MOST_SIGMA_METRES = 4;
const UNCLAIMED_SIGMA_METRES = 1.5;

/** Standard deviation of the distance between two claimed positions, their errors taken as independent. */
export function distanceSigma(previous: ObservedState, current: ObservedState): number {
  return Math.hypot(sigmaOf(previous), sigmaOf(current));
}

function sigmaOf({ positionSigmaMetres = UNCLAIMED_SIGMA_METRES }: ObservedState): number {
  return Math.min(MOST_SIGMA_METRES, Math.max(LEAST_SIGMA_METRES, positionSigmaMetres));
}

/**
 * How well an excess over a hard bound is explained by measurement error: 1 up to two standard deviations, from there
 * a Gaussian tail (three give 0.61, four 0.14, six 0.0003).
 */
export function explainedByError(excess: number, sigma: number): number {
  const beyond = Math.max(0, excess / sigma - 2);
  return Math.exp(-0.5 * beyond * beyond);
}

/** Seconds from one message to the next. */
export function secondsBetween(previous: ObservedState, current: ObservedState): number {
  return (current.generationTimeMillis - previous.generationTimeMillis) / 1000;
}
