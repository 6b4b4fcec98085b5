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
/** Where both coordinates agree by chance more seldom than this, one agreement is no chance. */
const NO_CHANCE = 1e-5;
const NO_CHANCE_MATCHES = 2;
const MOST_KEPT = 20_000;
const MOTION_SECONDS = 60;

/** How often a coordinate agrees by chance with that of another sender: often where places are rounded, or lanes straight. */
export class Coincidences {
  private messages = 1;
  private easts = 1;
  private norths = 1;

  /** Learns from a message whose whole content nobody said before. */
  learn(isEastKnown: boolean, isNorthKnown: boolean): void {
    this.messages++;
    if (isEastKnown) this.easts++;
    if (isNorthKnown) this.norths++;
  }

  /** The chance of both at once; no smaller than the messages seen allow to say. */
  get chance(): number {
    return (this.easts / this.messages) * (this.norths / this.messages);
  }
}

/** Remembers what was said, bounded; the oldest is forgotten first. */
export class ContentMemory {
  private readonly easts = new Map<number, string>();
  private readonly norths = new Map<number, string>();
  private readonly places = new Map<string, Saying>();
  private readonly motions = new Map<string, Saying>();
  private readonly matches = new Map<string, { count: number; timeSeconds: number }>();

  /** `coincidences` may be shared by all who hear the same senders. */
  constructor(private readonly coincidences = new Coincidences()) {}

  /**
   * How often in the last minute this sender has said exactly the place, speed and heading that another had said before.
   * Once counts as twice where places do not agree by chance, because who copies may use each name but once.
   */
  repeats(sender: string, motion: Motion): number {
    const { timeSeconds, eastMetres, northMetres, speedMetresPerSecond: speed, headingDegrees } = motion;
    if (speed === undefined || speed < LEAST_SPEED) return 0;
    const key = `${String(eastMetres)},${String(northMetres)},${String(speed)},${String(headingDegrees)}`;
    const earlier = this.places.get(key);
    if (earlier === undefined) {
      const isKnown = (of: Map<number, string>, metres: number) => (of.get(metres) ?? sender) !== sender;
      this.coincidences.learn(isKnown(this.easts, eastMetres), isKnown(this.norths, northMetres));
      remember(this.places, key, { sender, timeSeconds });
      remember(this.easts, eastMetres, sender);
      remember(this.norths, northMetres, sender);
    }
    // By the signed times, because messages of one moment may arrive in any order.
    if (earlier === undefined || earlier.sender === sender || earlier.timeSeconds >= timeSeconds) return 0;
    const count = this.count(sender, timeSeconds);
    return this.coincidences.chance < NO_CHANCE ? Math.max(NO_CHANCE_MATCHES, count) : count;
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

function remember<K, T>(memory: Map<K, T>, key: K, value: T): void {
  memory.delete(key);
  memory.set(key, value);
  const [oldest] = memory.keys();
  if (memory.size > MOST_KEPT && oldest !== undefined) memory.delete(oldest);
}
