// How the cars move: a stream that speeds up and slows down together, in which each car drifts about its own place.
// Everything is a closed formula of time, so a step is cheap, motion is smooth and nothing drifts apart over weeks.
import { createRoadRandom, type RoadRandom } from './road-random.js';

/** Metres along the ring (growing), and how fast that grows. */
export interface Progress {
  readonly distanceMetres: number;
  readonly speedMetresPerSecond: number;
  readonly acceleration: number;
}

export interface Traffic {
  /** Where each vehicle is after so many seconds, by index. */
  progress(seconds: number): Progress[];
}

/** One swing of the stream's speed: share of the mean, period, phase. */
interface Swing {
  readonly share: number;
  readonly angularFrequency: number;
  readonly phase: number;
}
/** A car's drift about its place: metres, per metre driven, phase. */
interface Drift {
  readonly metres: number;
  readonly perMetre: number;
  readonly phase: number;
}

const MEAN_SPEED = 8;
// Shares add up to 1: now and then the stream stands still, but it never goes backwards.
const SWINGS = [
  { share: 0.6, periodSeconds: 40 },
  { share: 0.4, periodSeconds: 23 },
];

/** `vehicles` cars evenly spread over a ring of that length; the seed sets phases. */
export function createTraffic(seed: number, vehicles: number, ringMetres: number): Traffic {
  const random = createRoadRandom(seed, 1);
  const swings = SWINGS.map(({ share, periodSeconds }): Swing => ({
    share,
    angularFrequency: (2 * Math.PI) / periodSeconds,
    phase: 2 * Math.PI * random(),
  }));
  const spacing = ringMetres / vehicles;
  const drifts = Array.from({ length: vehicles }, () => driftOf(random, spacing));
  return {
    progress(seconds) {
      const common = stream(swings, seconds);
      return drifts.map((drift, index) => drifting(index * spacing, common, drift));
    },
  };
}

function driftOf(random: RoadRandom, spacing: number): Drift {
  // At most 15 m over at least 350 m: speeds differ by a quarter, and neighbours on 60 m never meet.
  const metres = Math.min(15, spacing / 5) * (0.5 + random() / 2);
  return { metres, perMetre: (2 * Math.PI) / (350 + 150 * random()), phase: 2 * Math.PI * random() };
}

function stream(swings: readonly Swing[], seconds: number): Progress {
  let distanceMetres = MEAN_SPEED * seconds;
  let speedMetresPerSecond = MEAN_SPEED;
  let acceleration = 0;
  for (const { share, angularFrequency: w, phase } of swings) {
    const angle = w * seconds + phase;
    distanceMetres += (MEAN_SPEED * share * (Math.sin(angle) - Math.sin(phase))) / w;
    speedMetresPerSecond += MEAN_SPEED * share * Math.cos(angle);
    acceleration -= MEAN_SPEED * share * w * Math.sin(angle);
  }
  return { distanceMetres, speedMetresPerSecond: Math.max(0, speedMetresPerSecond), acceleration };
}

/** s = place + D + A·sin(kD + φ), and its derivatives; the drift goes by distance, so who stands does not creep. */
function drifting(
  place: number,
  { distanceMetres, speedMetresPerSecond, acceleration }: Progress,
  drift: Drift,
): Progress {
  const angle = drift.perMetre * distanceMetres + drift.phase;
  const slope = 1 + drift.metres * drift.perMetre * Math.cos(angle);
  const bend = -drift.metres * drift.perMetre ** 2 * Math.sin(angle);
  return {
    distanceMetres: place + distanceMetres + drift.metres * Math.sin(angle),
    speedMetresPerSecond: speedMetresPerSecond * slope,
    acceleration: acceleration * slope + speedMetresPerSecond ** 2 * bend,
  };
}
