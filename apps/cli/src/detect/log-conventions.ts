// What a log leaves open: where its headings begin and which way they turn, and whether its accelerations have a sign.
// Both follow from the motion in the log itself: most cars go where they point, and most that slow down brake.
import type { Motion } from '#detection/motion.js';
import type { MessageRow } from './message-row.js';

/** `compass`: clockwise from the y axis. `mathematical`: counter-clockwise from the x axis. `-down`: the y axis points south. */
export type HeadingConvention = 'compass' | 'mathematical' | 'compass-down' | 'mathematical-down';

export interface LogConventions {
  readonly heading: HeadingConvention;
  readonly isAccelerationSigned: boolean;
}

const TO_COMPASS: Readonly<Record<HeadingConvention, (degrees: number) => number>> = {
  compass: (degrees) => degrees,
  mathematical: (degrees) => 90 - degrees,
  'compass-down': (degrees) => 180 - degrees,
  'mathematical-down': (degrees) => 90 + degrees,
};
export const HEADING_CONVENTIONS = Object.keys(TO_COMPASS) as HeadingConvention[];

const LEAST_MOVED_METRES = 8;
const LEAST_MOVED_SIGMAS = 3;
const LEAST_SECONDS = 0.9;
const MOST_SECONDS = 3;
const ENOUGH_PAIRS = 30;
const MOST_PAIRS = 20_000;
/** The first in the list that explains the motion so well is taken: they agree on one axis. */
const BETTER_DEGREES = 5;

/** Learns from rows in order; bounded in what it keeps. */
export class ConventionFinder {
  private readonly last = new Map<string, Motion>();
  private readonly off: Record<HeadingConvention, number[]> = {
    compass: [],
    mathematical: [],
    'compass-down': [],
    'mathematical-down': [],
  };
  private braking = 0;
  private brakingWithoutSign = 0;

  learn({ receiverId, senderAlias, motion }: MessageRow): void {
    const key = `${receiverId}\n${senderAlias}`;
    const last = this.last.get(key);
    const seconds = last === undefined ? NaN : motion.timeSeconds - last.timeSeconds;
    // Ten messages a second are too near to each other to tell a way from its error: the first of each second is taken.
    if (seconds >= 0 && seconds < LEAST_SECONDS) return;
    this.last.set(key, motion);
    if (last === undefined || this.off.compass.length >= MOST_PAIRS || !(seconds > 0 && seconds < MOST_SECONDS)) return;
    this.learnHeading(last, motion);
    this.learnSign(last, motion, seconds);
  }

  /** What explains the motion best; `compass` and signed where too little was seen. */
  get conventions(): LogConventions {
    const errors = HEADING_CONVENTIONS.map((name) => ({ name, error: median(this.off[name]) }));
    const best = Math.min(...errors.map(({ error }) => error));
    const known = this.off.compass.length >= ENOUGH_PAIRS && best < 45;
    const heading = known ? errors.find(({ error }) => error <= best + BETTER_DEGREES)?.name : undefined;
    const isUnsigned = this.braking >= ENOUGH_PAIRS && this.brakingWithoutSign > 0.6 * this.braking;
    return { heading: heading ?? 'compass', isAccelerationSigned: !isUnsigned };
  }

  private learnHeading(last: Motion, motion: Motion): void {
    const [east, north] = [motion.eastMetres - last.eastMetres, motion.northMetres - last.northMetres];
    const moved = Math.hypot(east, north);
    if (motion.headingDegrees === undefined) return;
    if (moved < Math.max(LEAST_MOVED_METRES, LEAST_MOVED_SIGMAS * motion.positionSigmaMetres)) return;
    const way = (Math.atan2(east, north) * 180) / Math.PI;
    for (const name of HEADING_CONVENTIONS) {
      const off = TO_COMPASS[name](motion.headingDegrees) - way;
      this.off[name].push(Math.abs((((off % 360) + 540) % 360) + 0 - 180));
    }
  }

  private learnSign(last: Motion, motion: Motion, seconds: number): void {
    const [before, after] = [last.speedMetresPerSecond, motion.speedMetresPerSecond];
    if (before === undefined || after === undefined || motion.acceleration === undefined) return;
    if (after - before > -1 * seconds || Math.abs(motion.acceleration) < 0.3) return;
    this.braking++;
    if (motion.acceleration > 0) this.brakingWithoutSign++;
  }
}

/** The motion of a row in our own convention; an acceleration without a sign says too little and is left out. */
export function inConvention(motion: Motion, { heading, isAccelerationSigned }: LogConventions): Motion {
  const { headingDegrees, acceleration } = motion;
  return {
    ...motion,
    headingDegrees: headingDegrees === undefined ? undefined : TO_COMPASS[heading](headingDegrees),
    acceleration: isAccelerationSigned ? acceleration : undefined,
  };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Infinity;
}
