// Position against a Kalman filter: the places of all earlier messages, each carried along the way that the sender's own
// speeds and headings make of it since, foretell the next place better than any single one, so that jumps hardly larger
// than the noise show, too. Its input is the reckoned way and not a model of motion: a corner taken sharply is no jump.
import type { Motion } from '../motion.js';
import { ASIDE_METRES, type Sample } from '../sender-history.js';

/** Where a sender should be. Both axes share one variance, because their errors are alike. */
export interface Track {
  /** Of the last message that it follows. */
  readonly followedSeconds: number;
  readonly eastMetres: number;
  readonly northMetres: number;
  readonly variance: number;
}

/** A track that has followed nothing for so long foretells nothing. */
const MOST_SECONDS = 4;
/** Place and speed of a message may be so much apart in time. */
const LATENCY_SECONDS = 0.3;
const SPEED_SHARE = 0.015;
const RADIANS = Math.PI / 180;

/** Where a track begins; `scale` is what one claimed deviation is worth. */
export function beginTrack(motion: Motion, scale: number): Track {
  return {
    followedSeconds: motion.timeSeconds,
    eastMetres: motion.eastMetres,
    northMetres: motion.northMetres,
    variance: (scale * motion.positionSigmaMetres) ** 2,
  };
}

/** The track carried from one sample to the next; undefined when it is too old, or speed or heading is missing. */
export function foretell(track: Track, last: Sample, now: Sample): Track | undefined {
  const [east, north] = [now.wayEast - last.wayEast, now.wayNorth - last.wayNorth];
  if (Number.isNaN(east) || now.motion.timeSeconds - track.followedSeconds > MOST_SECONDS) return undefined;
  const length = now.wayLength - last.wayLength;
  const change = (now.motion.speedMetresPerSecond ?? 0) - (last.motion.speedMetresPerSecond ?? 0);
  // Across the way by the heading's error, along it by the speed's, and there and back where it may be in reverse.
  const sideways = length * now.motion.headingSigmaDegrees * RADIANS;
  const along = Math.abs(SPEED_SHARE * length) + Math.abs(LATENCY_SECONDS * change);
  const reversed = 2 * (now.slowLength - last.slowLength);
  const added = now.wayVariance - last.wayVariance + (sideways ** 2 + along ** 2 + reversed ** 2) / 2;
  return {
    followedSeconds: track.followedSeconds,
    eastMetres: track.eastMetres + east,
    northMetres: track.northMetres + north,
    variance: track.variance + added,
  };
}

/** How far a message is from where it was foretold, in standard deviations: 1.18 is the median of a good one. */
export function innovation(foretold: Track, motion: Motion, scale: number): number {
  const variance = foretold.variance + (scale * motion.positionSigmaMetres) ** 2 + ASIDE_METRES ** 2;
  const distance = Math.hypot(motion.eastMetres - foretold.eastMetres, motion.northMetres - foretold.northMetres);
  return distance / Math.sqrt(variance);
}

/** The track after a message that belongs to it. */
export function follow(foretold: Track, motion: Motion, scale: number): Track {
  const gain = foretold.variance / (foretold.variance + (scale * motion.positionSigmaMetres) ** 2);
  return {
    followedSeconds: motion.timeSeconds,
    eastMetres: foretold.eastMetres + gain * (motion.eastMetres - foretold.eastMetres),
    northMetres: foretold.northMetres + gain * (motion.northMetres - foretold.northMetres),
    variance: (1 - gain) * foretold.variance,
  };
}
