// The ear of one receiver: follows every sender it hears, runs all checks on each message and fuses their words.
import { laneExcess, type LaneMap } from './checks/lane-distance.js';
import { beginTrack, follow, foretell, innovation, type Track } from './checks/position-innovation.js';
import { positionHeadingGap } from './checks/position-heading.js';
import { positionJumpExcess } from './checks/position-jump.js';
import { positionSpeedGap, wanderOf } from './checks/position-speed.js';
import { rateExcess } from './checks/beacon-rate.js';
import { ContentMemory } from './checks/repeated-content.js';
import { headingChangeExcess } from './checks/heading-consistency.js';
import { accelerationExcess, rangeExcess, speedExcess } from './checks/single-message.js';
import { speedAccelerationGap, unseenSpeedChange } from './checks/speed-acceleration.js';
import { speedChangeExcess } from './checks/speed-consistency.js';
import { transitExcess } from './checks/transit-time.js';
import { type Appearance, appearanceExcess } from './checks/sudden-appearance.js';
import { overlapExcess } from './checks/body-overlap.js';
import {
  errorCorrelation,
  type ErrorPair,
  independentPairs,
  NO_PAIRS,
  pairErrors,
  type PlaneError,
  SAME_MOMENT_SECONDS,
  sharedErrorExcess,
} from './checks/shared-error.js';
import { type Calibration, REACH_SHARE, StreamQuantile } from './calibration.js';
import type { Motion } from './motion.js';
import { explainedByError } from './plausibility.js';
import { LAGS_SECONDS, type Sample, SenderHistory } from './sender-history.js';
import { Suspicion } from './suspicion.js';

/** What a receiver knows of a message besides its content. */
export interface Hearing {
  readonly receivedSeconds: number;
  readonly receiver: { readonly eastMetres: number; readonly northMetres: number } | undefined;
}

export interface Verdict {
  /** 1 plausible … 0 impossible: this message, and its sender's standing. */
  readonly factor: number;
  readonly flagged: boolean;
  /** The word of each check that had something to look at, 1 … 0. */
  readonly checks: Readonly<Record<string, number>>;
}

export interface NeighbourhoodOptions {
  readonly calibration: Calibration;
  readonly rangeMetres: number;
  readonly mostSenders: number;
  /** Where lanes are known, places off them count. */
  readonly lanes?: LaneMap;
}

/** One sender as this receiver sees it. */
class Sender {
  readonly history = new SenderHistory();
  readonly suspicion = new Suspicion();
  track: Track | undefined;
  intervals: number[] = [];
  lastSeconds = -Infinity;
  learnedSeconds = -Infinity;
  messages = 0;
  motion: Motion | undefined;
  error: PlaneError | undefined;
  readonly errorPairs = new Map<string, ErrorPair>();
  readonly failures = new Map<string, number>();
}

const RAYLEIGH_MEDIAN = 1.1774;
/** Checks whose word rests on this message alone, or on more than chance: each counts as often as it speaks. */
const PROOFS = new Set(['repeatedContent', 'copiedMotion', 'speedConsistency', 'unseenSpeedChange']);
/** Honest drivers do this now and then, so one such word is little and several are much. */
const LEAST_FACTORS: Readonly<Record<string, number>> = {
  speedAcceleration: Math.exp(-2.5),
  headingConsistency: Math.exp(-1.5),
};
const natsOf = (factor: number) => -Math.log(Math.max(factor, 1e-9));
/** A way so short is no driving. */
const STANDING_METRES = 0.5;
const TRUSTED = 0.05;
const MESSAGES_THAT_COUNT = 5;
const LISTENING_SECONDS = 3;
/** A radio is heard a good part farther than usual now and then; the parts of a town differ. */
const REACH_MARGIN = 1.5;
const LEAST_REACH_METRES = 300;
const ENOUGH_REACHES = 200;
const APPEARANCES = 30;
const RATE_INTERVALS = 7;

export class Neighbourhood {
  private readonly senders = new Map<string, Sender>();
  private readonly contents: ContentMemory;
  private readonly ownReach = new StreamQuantile(REACH_SHARE);
  private reachesLearned = 0;
  private appearances: readonly Appearance[] = [];
  private firstSeconds: number | undefined;

  constructor(private readonly options: NeighbourhoodOptions) {
    this.contents = new ContentMemory(options.calibration.coincidences);
  }

  get size(): number {
    return this.senders.size;
  }

  /** Judges the next message of a sender, and remembers it. */
  observe(name: string, motion: Motion, hearing: Hearing): Verdict {
    const { calibration, lanes } = this.options;
    const sender = this.senderOf(name);
    const zs: Record<string, number> = {};
    const say = (check: string, z: number | undefined): void => {
      if (z !== undefined && !(z <= (zs[check] ?? -1))) zs[check] = z;
    };
    const learns = motion.timeSeconds - sender.learnedSeconds >= 1 && !sender.suspicion.isSuspicious;
    if (learns) sender.learnedSeconds = motion.timeSeconds;

    say('speedPlausibility', speedExcess(motion));
    say('accelerationPlausibility', accelerationExcess(motion));
    if (hearing.receiver !== undefined) {
      say('rangePlausibility', rangeExcess(motion, hearing.receiver, this.reach));
      if (learns && sender.messages >= MESSAGES_THAT_COUNT) this.learnReach(motion, hearing.receiver);
    }
    if (lanes !== undefined) say('laneDistance', laneExcess(motion, lanes));
    this.checkTimes(sender, motion, hearing, learns, say);
    this.checkContents(name, motion, say);
    const isLater = motion.timeSeconds > sender.lastSeconds;
    let sample: Sample | undefined;
    if (isLater) {
      const { last } = sender.history;
      sample = sender.history.extend(motion);
      if (last !== undefined && sample !== sender.history.first)
        say('unseenSpeedChange', unseenSpeedChange(last, sample));
      this.checkHistory(sender, sample, learns, say);
      if (sender.motion === undefined) this.checkAppearance(motion, say);
      this.checkTrack(sender, last, sample, learns, say);
      this.checkOthers(name, sender, motion, say);
      sender.motion = motion;
      sender.lastSeconds = motion.timeSeconds;
    }

    const checks: Record<string, number> = {};
    let least = 1;
    let leastProof = 1;
    for (const [check, z] of Object.entries(zs)) {
      const factor = explainedByError(z, 1);
      checks[check] = factor;
      if (factor < TRUSTED) this.countFailure(sender, check);
      if (!calibration.isSound(check)) continue;
      least = Math.min(least, Math.max(factor, LEAST_FACTORS[check] ?? 0));
      if (PROOFS.has(check)) leastProof = Math.min(leastProof, factor);
    }
    if (sample !== undefined) sample.isTrusted = least >= TRUSTED;
    if (++sender.messages === MESSAGES_THAT_COUNT) calibration.countSender();
    const flagged = sender.suspicion.add(motion.timeSeconds, natsOf(least), natsOf(leastProof));
    return { factor: Math.min(least, sender.suspicion.standing), flagged, checks };
  }

  /** Farther than this nobody is heard here: what this receiver and all others have found, and a good part more. */
  private get reach(): number {
    const { calibration, rangeMetres } = this.options;
    const [own, all] = [this.ownReach.value, calibration.usualReach.value];
    if (own === undefined || all === undefined || this.reachesLearned < ENOUGH_REACHES) return rangeMetres;
    return Math.min(rangeMetres, Math.max(LEAST_REACH_METRES, REACH_MARGIN * Math.exp(Math.max(own, all))));
  }

  private learnReach(motion: Motion, receiver: NonNullable<Hearing['receiver']>): void {
    const [east, north] = [motion.eastMetres - receiver.eastMetres, motion.northMetres - receiver.northMetres];
    const log = Math.log(Math.max(1, Math.hypot(east, north)));
    this.ownReach.learn(log);
    this.options.calibration.usualReach.learn(log);
    this.reachesLearned++;
  }

  private senderOf(name: string): Sender {
    const sender = this.senders.get(name) ?? new Sender();
    // Taken out and put back, so that the map's order is the order of last hearing.
    this.senders.delete(name);
    this.senders.set(name, sender);
    const [silent] = this.senders.keys();
    if (this.senders.size > this.options.mostSenders && silent !== undefined) this.senders.delete(silent);
    return sender;
  }

  private checkTimes(
    sender: Sender,
    motion: Motion,
    hearing: Hearing,
    learns: boolean,
    say: (check: string, z: number | undefined) => void,
  ): void {
    const { calibration } = this.options;
    const transit = hearing.receivedSeconds - motion.timeSeconds;
    if (learns) calibration.usualTransit.learn(transit);
    say('transitTime', transitExcess(transit, calibration.usualTransit.value ?? transit));
    if (sender.lastSeconds === -Infinity) return;
    const interval = motion.timeSeconds - sender.lastSeconds;
    if (interval < 0) return;
    sender.intervals.push(interval);
    if (sender.intervals.length < RATE_INTERVALS) return;
    if (sender.intervals.length > RATE_INTERVALS) sender.intervals.shift();
    const median = [...sender.intervals].sort((a, b) => a - b)[RATE_INTERVALS >> 1]!;
    if (learns) {
      const log = Math.log(Math.max(1e-4, median));
      calibration.usualInterval.learn(log);
      calibration.shortInterval.learn(log);
    }
    say('beaconRate', rateExcess(median, calibration.usualInterval.value, calibration.shortInterval.value));
  }

  private checkContents(name: string, motion: Motion, say: (check: string, z: number | undefined) => void): void {
    // Once may be chance where positions are rounded: twice is not.
    say('repeatedContent', Math.min(6, 3 * this.contents.repeats(name, motion)));
    say('copiedMotion', Math.min(6, 5 * this.contents.copiedMotions(name, motion)));
  }

  private checkHistory(
    sender: Sender,
    now: Sample,
    learns: boolean,
    say: (check: string, z: number | undefined) => void,
  ): void {
    const { calibration } = this.options;
    const noise = calibration.scale('positionInnovation', RAYLEIGH_MEDIAN).value;
    let isFirst = true;
    for (const lag of LAGS_SECONDS) {
      const earlier = sender.history.before(now, lag);
      if (earlier === undefined) continue;
      const scaled = (
        check: string,
        gap: (earlier: Sample, now: Sample, scale: number) => number | undefined,
        isTelling: boolean,
        least: number,
      ): void => {
        const scale = calibration.scale(`${check}.${String(lag)}`);
        const z = gap(earlier, now, Math.max(least, scale.value));
        if (z !== undefined && learns && isTelling) scale.learn(z);
        say(check, z);
      };
      const length = now.wayLength - earlier.wayLength;
      const moves = length > 5;
      // What is allowed for driving makes errors look small in it; only cars that stand show how far a place wanders.
      const wander = calibration.scale(`wander.${String(lag)}`, RAYLEIGH_MEDIAN);
      if (learns && length < STANDING_METRES) wander.learn(wanderOf(earlier, now) / wander.value);
      // An error that lasts is smaller between neighbours than over a long time, never larger.
      scaled('positionSpeed', positionSpeedGap, moves, moves ? noise : Math.max(noise, wander.value));
      scaled('positionHeading', positionHeadingGap, false, noise);
      if (lag > 2) continue;
      if (isFirst) scaled('speedAcceleration', speedAccelerationGap, moves, 0);
      say('speedConsistency', speedChangeExcess(earlier, now));
      scaled('headingConsistency', headingChangeExcess, false, 1);
      scaled('positionJump', positionJumpExcess, false, noise);
      isFirst = false;
    }
  }

  private checkTrack(
    sender: Sender,
    last: Sample | undefined,
    now: Sample,
    learns: boolean,
    say: (check: string, z: number | undefined) => void,
  ): void {
    const scale = this.options.calibration.scale('positionInnovation', RAYLEIGH_MEDIAN);
    const { motion } = now;
    const isFirst = now === sender.history.first;
    const foretold = isFirst || !last || !sender.track ? undefined : foretell(sender.track, last, now);
    if (foretold === undefined) {
      sender.track = beginTrack(motion, scale.value);
      return;
    }
    const z = innovation(foretold, motion, scale.value);
    sender.error = {
      timeSeconds: motion.timeSeconds,
      east: motion.eastMetres - foretold.eastMetres,
      north: motion.northMetres - foretold.northMetres,
      sigma: scale.value * motion.positionSigmaMetres,
    };
    if (learns) scale.learn(z);
    say('positionInnovation', z);
    sender.track = explainedByError(z, 1) >= TRUSTED ? follow(foretold, motion, scale.value) : foretold;
  }

  private checkAppearance(motion: Motion, say: (check: string, z: number | undefined) => void): void {
    const { timeSeconds, eastMetres, northMetres } = motion;
    // Whoever just began to listen hears everybody for the first time.
    this.firstSeconds ??= timeSeconds;
    const isNew = timeSeconds - this.firstSeconds > LISTENING_SECONDS;
    if (isNew) say('suddenAppearance', appearanceExcess(motion, this.appearances));
    this.appearances = [...this.appearances, { timeSeconds, eastMetres, northMetres }].slice(-APPEARANCES);
  }

  /** Against those heard at the same moment. Who spoke first is not to blame: it may have been copied. */
  private checkOthers(
    name: string,
    sender: Sender,
    motion: Motion,
    say: (check: string, z: number | undefined) => void,
  ): void {
    const { error } = sender;
    const { usualCorrelation } = this.options.calibration;
    for (const [otherName, other] of this.senders) {
      const seconds = motion.timeSeconds - other.lastSeconds;
      if (otherName === name || other.motion === undefined || seconds < 0 || seconds > SAME_MOMENT_SECONDS) continue;
      say('bodyOverlap', overlapExcess(motion, other.motion));
      if (error === undefined || other.error === undefined) continue;
      if (error.timeSeconds !== motion.timeSeconds || other.error.timeSeconds !== other.lastSeconds) continue;
      const pair = pairErrors(sender.errorPairs.get(otherName) ?? NO_PAIRS, error, other.error);
      sender.errorPairs.set(otherName, pair);
      const correlation = errorCorrelation(pair);
      if (correlation === undefined) continue;
      usualCorrelation.learn(correlation);
      say('sharedError', sharedErrorExcess(correlation, independentPairs(pair), usualCorrelation.value ?? 0));
    }
  }

  private countFailure(sender: Sender, check: string): void {
    const failures = (sender.failures.get(check) ?? 0) + 1;
    sender.failures.set(check, failures);
    if (failures === 2) this.options.calibration.countFailing(check);
  }
}
