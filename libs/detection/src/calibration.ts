// What a receiver learns of the senders around it as a whole: how large their usual errors are, measured in what they
// claim. Claims differ between makers (one deviation, 95 %, a bound), and errors that last make neighbouring messages
// agree better than their accuracy says. The median of all is learned; a minority cannot move it far.
import { Coincidences } from './checks/repeated-content.js';

/** Bounds of a scale: the crowd may neither make a receiver blind nor make it split hairs. */
const LEAST_SCALE = 0.5;
const MOST_SCALE = 2.5;
const FIRST_STEP = 0.15;
const LAST_STEP = 0.01;

/** A check that most of its senders fail says something of the check or the place, not of them. */
const MOST_FAILING = 0.5;
const ENOUGH_SENDERS = 20;

/** The share of messages from within the usual reach of a radio. */
export const REACH_SHARE = 0.99;

/** How many claimed deviations one real deviation is; begins with one. */
export class Scale {
  private log = 0;
  private steps = 0;

  /** `median` is that of |z| where the scale is right: 0.6745 for a normal error, 1.1774 for the length of a plane one. */
  constructor(private readonly median = 0.6745) {}

  get value(): number {
    return Math.exp(this.log);
  }

  /** Learns from one |z|, which was reckoned with the present scale. */
  learn(z: number): void {
    const step = Math.max(LAST_STEP, FIRST_STEP / (1 + this.steps++ / 20));
    const moved = this.log + (z > this.median ? step : -step);
    this.log = Math.min(Math.log(MOST_SCALE), Math.max(Math.log(LEAST_SCALE), moved));
  }
}

/** A quantile that follows a stream of numbers. */
export class StreamQuantile {
  private at: number | undefined;
  private steps = 0;

  constructor(private readonly share: number) {}

  get value(): number | undefined {
    return this.at;
  }

  learn(number: number): void {
    const step = Math.max(0.01, 0.3 / (1 + this.steps++ / 20));
    if (this.at === undefined) this.at = number;
    else this.at += number > this.at ? 2 * step * this.share : -2 * step * (1 - this.share);
  }
}

/** What is learned of all senders heard, by the name of a check. */
export class Calibration {
  private readonly scales = new Map<string, Scale>();
  private readonly failing = new Map<string, number>();
  private senders = 0;
  /** Natural logarithms of the intervals in which senders speak, in seconds: the median and the lower quartile. */
  readonly usualInterval = new StreamQuantile(0.5);
  readonly shortInterval = new StreamQuantile(0.25);
  /** Transit times, in seconds. */
  readonly usualTransit = new StreamQuantile(0.5);

  /** Correlations of the errors of two senders: what three in four pairs stay below. */
  readonly usualCorrelation = new StreamQuantile(0.75);

  /** Natural logarithms of the distances at which senders are heard: all but one in a hundred are nearer. */
  readonly usualReach = new StreamQuantile(REACH_SHARE);
  /** How often places agree by chance. */
  readonly coincidences = new Coincidences();

  scale(name: string, median?: number): Scale {
    let scale = this.scales.get(name);
    if (scale === undefined) this.scales.set(name, (scale = new Scale(median)));
    return scale;
  }

  /** One more sender has been heard often enough to count. */
  countSender(): void {
    this.senders++;
  }

  /** A counted sender has failed a check more than once. */
  countFailing(check: string): void {
    this.failing.set(check, (this.failing.get(check) ?? 0) + 1);
  }

  /** Whether the word of a check counts: not when most senders fail it. */
  isSound(check: string): boolean {
    return this.senders < ENOUGH_SENDERS || (this.failing.get(check) ?? 0) <= MOST_FAILING * this.senders;
  }
}
