// Position against a Kalman filter: a track of place and velocity made of all earlier messages foretells the next place
// better than any single earlier one, so that jumps hardly larger than the noise show, too.
import type { Motion } from '../motion.js';
import { REVERSING_SPEED } from '../sender-history.js';

/** State of both axes; they share one covariance, because their errors are alike. */
export interface Track {
  readonly timeSeconds: number;
  readonly eastMetres: number;
  readonly northMetres: number;
  readonly eastSpeed: number;
  readonly northSpeed: number;
  /** Covariance of place and velocity: m², m²/s, m²/s². */
  readonly placeVariance: number;
  readonly covariance: number;
  readonly speedVariance: number;
}

/** What a driver does to a car between two messages, as one standard deviation of white acceleration. */
const ACCELERATION_SIGMA = 2;
const SPEED_SIGMA = 0.5;
const RADIANS = Math.PI / 180;
/** A track this old foretells nothing. */
const MOST_SECONDS = 4;

/** Where a track begins; undefined for a message without speed or heading. */
export function beginTrack(motion: Motion, scale: number): Track | undefined {
  const velocity = velocityOf(motion);
  if (velocity === undefined) return undefined;
  return {
    timeSeconds: motion.timeSeconds,
    eastMetres: motion.eastMetres,
    northMetres: motion.northMetres,
    eastSpeed: velocity.east,
    northSpeed: velocity.north,
    placeVariance: (scale * motion.positionSigmaMetres) ** 2,
    covariance: 0,
    speedVariance: velocity.variance,
  };
}

/** The track as it should be at a later time; undefined when that is too far. */
export function foretell(track: Track, timeSeconds: number): Track | undefined {
  const t = timeSeconds - track.timeSeconds;
  if (t < 0 || t > MOST_SECONDS) return undefined;
  const q = ACCELERATION_SIGMA ** 2;
  return {
    timeSeconds,
    eastMetres: track.eastMetres + track.eastSpeed * t,
    northMetres: track.northMetres + track.northSpeed * t,
    eastSpeed: track.eastSpeed,
    northSpeed: track.northSpeed,
    placeVariance: track.placeVariance + 2 * t * track.covariance + t * t * track.speedVariance + (q * t ** 4) / 4,
    covariance: track.covariance + t * track.speedVariance + (q * t ** 3) / 2,
    speedVariance: track.speedVariance + q * t * t,
  };
}

/** How far a message is from where it was foretold, in standard deviations: 1.18 is the median of a good one. */
export function innovation(foretold: Track, motion: Motion, scale: number): number {
  const variance = foretold.placeVariance + (scale * motion.positionSigmaMetres) ** 2;
  const distance = Math.hypot(motion.eastMetres - foretold.eastMetres, motion.northMetres - foretold.northMetres);
  return distance / Math.sqrt(variance);
}

/** The track after a message that belongs to it: first its place, then its velocity where it says one. */
export function follow(foretold: Track, motion: Motion, scale: number): Track {
  const placed = measurePlace(foretold, motion, (scale * motion.positionSigmaMetres) ** 2);
  const velocity = velocityOf(motion);
  return velocity === undefined ? placed : measureVelocity(placed, velocity);
}

function measurePlace(track: Track, motion: Motion, variance: number): Track {
  const gain = track.placeVariance / (track.placeVariance + variance);
  const speedGain = track.covariance / (track.placeVariance + variance);
  const east = motion.eastMetres - track.eastMetres;
  const north = motion.northMetres - track.northMetres;
  return {
    timeSeconds: track.timeSeconds,
    eastMetres: track.eastMetres + gain * east,
    northMetres: track.northMetres + gain * north,
    eastSpeed: track.eastSpeed + speedGain * east,
    northSpeed: track.northSpeed + speedGain * north,
    placeVariance: (1 - gain) * track.placeVariance,
    covariance: (1 - gain) * track.covariance,
    speedVariance: track.speedVariance - speedGain * track.covariance,
  };
}

interface Velocity {
  readonly east: number;
  readonly north: number;
  readonly variance: number;
}

function measureVelocity(track: Track, velocity: Velocity): Track {
  const gain = track.speedVariance / (track.speedVariance + velocity.variance);
  const placeGain = track.covariance / (track.speedVariance + velocity.variance);
  const east = velocity.east - track.eastSpeed;
  const north = velocity.north - track.northSpeed;
  return {
    timeSeconds: track.timeSeconds,
    eastMetres: track.eastMetres + placeGain * east,
    northMetres: track.northMetres + placeGain * north,
    eastSpeed: track.eastSpeed + gain * east,
    northSpeed: track.northSpeed + gain * north,
    placeVariance: track.placeVariance - placeGain * track.covariance,
    covariance: (1 - gain) * track.covariance,
    speedVariance: (1 - gain) * track.speedVariance,
  };
}

function velocityOf(motion: Motion): Velocity | undefined {
  const { speedMetresPerSecond: speed, headingDegrees: heading } = motion;
  if (speed === undefined || heading === undefined) return undefined;
  const sideways = speed * motion.headingSigmaDegrees * RADIANS;
  return {
    east: speed * Math.sin(heading * RADIANS),
    north: speed * Math.cos(heading * RADIANS),
    // Slow cars may be reversing: then their velocity is anything between there and back.
    variance: SPEED_SIGMA ** 2 + (sideways * sideways) / 2 + (Math.abs(speed) < REVERSING_SPEED ? speed * speed : 0),
  };
}
