// What a receiver remembers of one sender: the messages of the last half minute, thinned, with the way that their own
// speeds and headings add up to. Comparing places with that way needs no model of the road.
import type { Motion } from './motion.js';

/** A message and what the messages up to it add up to. */
export interface Sample {
  readonly motion: Motion;
  /** Dead reckoning from the first message: ∫ v·heading dt. NaN once speed or heading were missing. */
  readonly wayEast: number;
  readonly wayNorth: number;
  /** ∫ v dt, in metres. NaN once a speed was missing. */
  readonly wayLength: number;
  /** The part of `wayLength` made so slowly that it may have been in reverse. */
  readonly slowLength: number;
  /** Variance of the reckoned way, in m²: what lies between two messages is not seen. */
  readonly wayVariance: number;
  /** ∫ a dt, in m/s, and its variance. NaN once an acceleration was missing. */
  readonly gain: number;
  readonly gainVariance: number;
  /** Whether later messages may be held against this one. */
  isTrusted: boolean;
}

/** Lags at which a message is held against earlier ones: short ones see jumps, long ones see drift. */
export const LAGS_SECONDS = [1, 2, 4, 8, 16, 32] as const;

const WINDOW_SECONDS = 34;
const DENSE_SECONDS = 1.2;
const THIN_SECONDS = 0.45;
/** Silence after which a sender is looked at anew. */
const RESTART_SECONDS = 12;
/** Accelerations change between two messages; half of what a usual driver does counts as one standard deviation. */
const UNSEEN_ACCELERATION = 1.5;
/** What a driver does to the pedals between two messages, in m/s³, as one standard deviation. */
const UNSEEN_JERK = 0.5;
/** A change of lane moves a car aside without turning its heading; so much is one standard deviation. */
export const ASIDE_METRES = 1;
/** Slower than this a car may be reversing, which its message need not say. */
export const REVERSING_SPEED = 3;
const RADIANS = Math.PI / 180;

export class SenderHistory {
  private samples: Sample[] = [];

  get last(): Sample | undefined {
    return this.samples.at(-1);
  }

  /** The oldest sample that is still remembered. */
  get first(): Sample | undefined {
    return this.samples[0];
  }

  /** Adds a message later than the last one and gives its sample; a long silence begins anew. */
  extend(motion: Motion): Sample {
    const { last } = this;
    const starts = last === undefined || motion.timeSeconds - last.motion.timeSeconds > RESTART_SECONDS;
    if (starts) this.samples = [];
    else this.thin(motion.timeSeconds);
    const sample = starts ? firstSample(motion) : nextSample(last, motion);
    this.samples.push(sample);
    return sample;
  }

  /** The trusted sample nearest to so long before `now`, at least 70 % and at most 150 % of it; undefined if there is none. */
  before(now: Sample, lagSeconds: number): Sample | undefined {
    const wanted = now.motion.timeSeconds - lagSeconds;
    let best: Sample | undefined;
    let bestMiss = lagSeconds * 0.5;
    for (let index = this.samples.length - 2; index >= 0; index--) {
      const sample = this.samples[index]!;
      const miss = wanted - sample.motion.timeSeconds;
      if (miss > bestMiss) break;
      if (!sample.isTrusted || miss < -0.3 * lagSeconds) continue;
      if (Math.abs(miss) <= bestMiss) {
        best = sample;
        bestMiss = Math.abs(miss);
      }
    }
    return best;
  }

  /** Keeps all of the last second, further back one in half a second. */
  private thin(nowSeconds: number): void {
    const { samples } = this;
    let oldest = 0;
    while (samples.length > oldest && nowSeconds - samples[oldest]!.motion.timeSeconds > WINDOW_SECONDS) oldest++;
    if (oldest > 0) samples.splice(0, oldest);
    const index = samples.findIndex(({ motion }) => nowSeconds - motion.timeSeconds < DENSE_SECONDS) - 1;
    if (index < 1) return;
    const gap = samples[index]!.motion.timeSeconds - samples[index - 1]!.motion.timeSeconds;
    if (gap < THIN_SECONDS) samples.splice(index, 1);
  }
}

function firstSample(motion: Motion): Sample {
  return {
    motion,
    wayEast: 0,
    wayNorth: 0,
    wayLength: 0,
    slowLength: 0,
    wayVariance: 0,
    gain: 0,
    gainVariance: 0,
    isTrusted: true,
  };
}

function nextSample(last: Sample, motion: Motion): Sample {
  const seconds = motion.timeSeconds - last.motion.timeSeconds;
  const [v0 = NaN, v1 = NaN] = [last.motion.speedMetresPerSecond, motion.speedMetresPerSecond];
  const [h0 = NaN, h1 = NaN] = [last.motion.headingDegrees, motion.headingDegrees];
  const [a0 = NaN, a1 = NaN] = [last.motion.acceleration, motion.acceleration];
  const turn = ((((h1 - h0) % 360) + 540) % 360) - 180;
  const course = (h0 + turn / 2) * RADIANS;
  const length = ((v0 + v1) / 2) * seconds;
  // A turn may come early or late in the interval, and so may a change of speed.
  const bend = (length * turn * RADIANS) / 3;
  const unseen = (UNSEEN_ACCELERATION * seconds * seconds) / 4;
  const switched = (Math.abs(a1 - a0) * seconds) / 2;
  return {
    motion,
    wayEast: last.wayEast + length * Math.sin(course),
    wayNorth: last.wayNorth + length * Math.cos(course),
    wayLength: last.wayLength + length,
    slowLength: last.slowLength + (Math.min(Math.abs(v0), Math.abs(v1)) < REVERSING_SPEED ? Math.abs(length) : 0),
    wayVariance: last.wayVariance + bend * bend + unseen * unseen,
    gain: last.gain + ((a0 + a1) / 2) * seconds,
    gainVariance: last.gainVariance + switched * switched + (UNSEEN_JERK * seconds * seconds) ** 2,
    isTrusted: true,
  };
}
