// Heading against speed: a car that goes v turns no faster than its tyres hold it, a/v, and its steering lets it.
import type { Sample } from '../sender-history.js';

const MOST_LATERAL_ACCELERATION = 9;
/** Turning circle of a small car: no more than one radian in so many metres. */
const LEAST_RADIUS_METRES = 4;
/** Between two messages a car may have been so much slower, or quicker, than they say. */
const SPEED_TOLERANCE = 1.5;
const DEGREES = 180 / Math.PI;

/** The turn beyond the possible one, in standard deviations, ≥ 0; undefined where heading or speed is missing. */
export function headingChangeExcess(earlier: Sample, now: Sample, scale: number): number | undefined {
  const [h0, h1] = [earlier.motion.headingDegrees, now.motion.headingDegrees];
  const length = Math.abs(now.wayLength - earlier.wayLength);
  if (h0 === undefined || h1 === undefined || Number.isNaN(length)) return undefined;
  const turned = Math.abs(((((h1 - h0) % 360) + 540) % 360) - 180);
  const seconds = now.motion.timeSeconds - earlier.motion.timeSeconds;
  const speed = Math.max(0, length / seconds - SPEED_TOLERANCE);
  const byTyres = speed > 0 ? (MOST_LATERAL_ACCELERATION / speed) * seconds : Infinity;
  const bySteering = (length + SPEED_TOLERANCE * seconds + 0.5) / LEAST_RADIUS_METRES;
  const sigma = scale * Math.hypot(earlier.motion.headingSigmaDegrees, now.motion.headingSigmaDegrees);
  return Math.max(0, turned - Math.min(byTyres, bySteering) * DEGREES) / sigma;
}
