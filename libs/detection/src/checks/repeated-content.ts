// Content heard before from somebody else: a replay under another name. The one who said it first is not to blame.
import type { Motion } from '../motion.js';

interface Saying {
  readonly sender: string;
  readonly timeSeconds: number;
}

/** Standing cars may agree, a car that moves has its place for itself. */
const LEAST_SPEED = 0.5;
const LEAST_ACCELERATION = 0.01;
/** A pair of senders that agrees so often in speed and acceleration shares a source; fewer times may be chance. */
const CHANCE_MATCHES = 2;
const MOST_KEPT = 20_000;
const MOTION_SECONDS = 60;

/** Remembers what was said, bounded; the oldest is forgotten first. */
export class ContentMemory {
  private readonly places = new Map<string, Saying>();
  private readonly motions = new Map<string, Saying>();
  private readonly matches = new Map<string, { count: number; timeSeconds: number }>();

  /** How often in the last minute this sender has said exactly the place, speed and heading that another had said before. */
  repeats(sender: string, motion: Motion): number {
    const { timeSeconds, eastMetres, northMetres, speedMetresPerSecond: speed, headingDegrees } = motion;
    if (speed === undefined || speed < LEAST_SPEED) return 0;
    const key = `${String(eastMetres)},${String(northMetres)},${String(speed)},${String(headingDegrees)}`;
    const earlier = this.places.get(key);
    if (earlier === undefined) remember(this.places, key, { sender, timeSeconds });
    // By the signed times, because messages of one moment may arrive in any order.
    if (earlier === undefined || earlier.sender === sender || earlier.timeSeconds >= timeSeconds) return 0;
    return this.count(sender, timeSeconds);
  }

  /** How often more than by chance this sender has copied the speed and acceleration of one other in the last minute. */
  copiedMotions(sender: string, motion: Motion): number {
    const { timeSeconds, acceleration, speedMetresPerSecond: speed } = motion;
    if (speed === undefined || speed < LEAST_SPEED) return 0;
    if (acceleration === undefined || Math.abs(acceleration) < LEAST_ACCELERATION) return 0;
    const key = `${String(speed)},${String(acceleration)}`;
    const earlier = this.motions.get(key);
    if (earlier === undefined || timeSeconds - earlier.timeSeconds > MOTION_SECONDS) {
      remember(this.motions, key, { sender, timeSeconds });
      return 0;
    }
    if (earlier.sender === sender || earlier.timeSeconds > timeSeconds) return 0;
    return Math.max(0, this.count(`${earlier.sender}\n${sender}`, timeSeconds) - CHANCE_MATCHES);
  }

  /** One more match under this name; gives how many there were with no minute between two. */
  private count(name: string, timeSeconds: number): number {
    const before = this.matches.get(name);
    const recent = before !== undefined && timeSeconds - before.timeSeconds < MOTION_SECONDS ? before.count : 0;
    remember(this.matches, name, { count: recent + 1, timeSeconds });
    return recent + 1;
  }
}

function remember<T>(memory: Map<string, T>, key: string, value: T): void {
  memory.delete(key);
  memory.set(key, value);
  const [oldest] = memory.keys();
  if (memory.size > MOST_KEPT && oldest !== undefined) memory.delete(oldest);
}
