// The detectors: each looks at two messages of one sender and says how plausible the later one is, 1 to 0.
// All are pure and use signed values only (rangePlausibility alone needs the receiver's place), so a misbehaviour
// authority gets the same factors from the same signed bytes.
import { angleBetweenDegrees, bearingDegrees, lengthOf, offsetBetween } from './geo.js';
import type { ObservedState } from './observed-state.js';
import {
  type DetectionContext,
  distanceSigma,
  explainedByError,
  HEADING_SIGMA_DEGREES,
  secondsBetween,
  SPEED_SIGMA,
} from './plausibility.js';

/** 1 plausible, 0 impossible. `previous` is an earlier message of the same sender. */
export type Detector = (previous: ObservedState, current: ObservedState, context: DetectionContext) => number;

/** Moved farther than any car can in the time: d ≤ Vmax·Δt. Longer gaps allow more, so leaving messages out helps nobody. */
export const positionJump: Detector = (previous, current, context) => {
  const moved = lengthOf(offsetBetween(previous, current));
  const reach = context.maxSpeedMetresPerSecond * secondsBetween(previous, current);
  return explainedByError(moved - reach, distanceSigma(previous, current));
};

/**
 * Moved much more or less than the two claimed speeds allow. Between v0 and v1 a car bounded by the acceleration a
 * covers (v0+v1)/2·Δt ± a·Δt²/4 at most; the chord of a bend is shorter than its arc.
 */
export const positionSpeedConsistency: Detector = (previous, current, context) => {
  const seconds = secondsBetween(previous, current);
  const moved = lengthOf(offsetBetween(previous, current));
  const usual = ((previous.speedMetresPerSecond + current.speedMetresPerSecond) / 2) * seconds;
  const spread = (context.maxAcceleration * seconds * seconds) / 4;
  const sigma = Math.hypot(distanceSigma(previous, current), SPEED_SIGMA * seconds);
  const shortest = Math.max(0, usual - spread) * chordShare(context.maxYawDegreesPerSecond * seconds);
  return explainedByError(Math.max(moved - usual - spread, shortest - moved), sigma);
};

/** Chord over arc for a bend of so many degrees; a bend of 180° or more may lead anywhere. */
function chordShare(turnDegrees: number): number {
  const half = (turnDegrees * Math.PI) / 360;
  return half >= Math.PI / 2 ? 0 : half === 0 ? 1 : Math.sin(half) / half;
}

/** Speed changed more than a road car can. */
export const speedConsistency: Detector = (previous, current, context) => {
  const change = Math.abs(current.speedMetresPerSecond - previous.speedMetresPerSecond);
  const possible = context.maxAcceleration * secondsBetween(previous, current);
  return explainedByError(change - possible, SPEED_SIGMA * Math.SQRT2);
};

/** Faster than any road car. */
export const speedPlausibility: Detector = (_, current, context) =>
  explainedByError(current.speedMetresPerSecond - context.maxSpeedMetresPerSecond, SPEED_SIGMA);

/** Claims an acceleration that no road car has. Unavailable is plausible. */
export const accelerationPlausibility: Detector = (_, { longitudinalAcceleration = 0 }, context) =>
  explainedByError(Math.abs(longitudinalAcceleration) - context.maxAcceleration, 0.5);

/** Below this a car manoeuvres, and the direction it moved in says little about where it points. */
const LEAST_SPEED_FOR_HEADING = 2;
/** A heading claim may be this far from the way travelled before anything is held against it: reversing is rarer still. */
const HEADING_TOLERANCE_DEGREES = 45;

/**
 * Moved in another direction than it points. Judged only once it has clearly moved (ten standard deviations), because a
 * short displacement is mostly position error.
 */
export const headingConsistency: Detector = (previous, current, context) => {
  const offset = offsetBetween(previous, current);
  const moved = lengthOf(offset);
  const sigma = distanceSigma(previous, current);
  const slower = Math.min(previous.speedMetresPerSecond, current.speedMetresPerSecond);
  if (slower < LEAST_SPEED_FOR_HEADING || moved < 10 * sigma) return 1;
  const way = bearingDegrees(offset);
  const off = Math.min(offCourse(way, previous), offCourse(way, current));
  const turned = (context.maxYawDegreesPerSecond * secondsBetween(previous, current)) / 2;
  const error = Math.hypot(HEADING_SIGMA_DEGREES, ((sigma / moved) * 180) / Math.PI);
  return explainedByError(off - Math.max(HEADING_TOLERANCE_DEGREES, turned), error);
};

function offCourse(way: number, { headingDegrees, isReversing }: ObservedState): number {
  const ahead = angleBetweenDegrees(way, headingDegrees);
  return isReversing ? Math.min(ahead, 180 - ahead) : ahead;
}

/** Claims to be where the receiver could not have heard it. Rests on the receiver's own word: 1 when it gives none. */
export const rangePlausibility: Detector = (_, current, { receiver, radioRangeMetres }) => {
  if (receiver === undefined) return 1;
  const distance = lengthOf(offsetBetween(receiver, current));
  // Radio range is no sharp edge; 2 % of it is taken as one standard deviation.
  return explainedByError(distance - radioRangeMetres, radioRangeMetres * 0.02);
};

/** Speaks more often than it may: less than 80 % of the nominal interval, by its own signed times. */
export const beaconFrequency: Detector = (previous, current, { nominalIntervalMillis }) => {
  const interval = current.generationTimeMillis - previous.generationTimeMillis;
  return explainedByError(0.8 * nominalIntervalMillis - interval, nominalIntervalMillis * 0.05);
};

/** Changed its size, which a car does not while it uses one certificate. */
export const staticConsistency: Detector = (previous, current) =>
  previous.widthMetres === current.widthMetres && previous.lengthMetres === current.lengthMetres ? 1 : 0;
