// Fusion: what one sender's messages add up to. A leaky bucket of evidence in nats (−ln factor), emptied by signed time.
//
// Why these numbers. One message counts at most 4 nats and 6 make a sender suspicious, so a single glitch (a GNSS fix
// after a tunnel) never does; two impossible messages do. Normal errors are free up to two standard deviations, so an
// honest sender adds at most ½·∫₂^∞(z−2)²φ(z)dz ≈ 0.003 nat a message and detector: 0.3 a second at ten messages and
// nine detectors, below the leak of 1 a second. The leak runs by time, not by message: flooding empties nothing.
import { DETECTORS, type DetectorEntry, type DetectorName, type ObservationId } from './detector-table.js';
import type { ObservedState } from './observed-state.js';
import { DEFAULT_CONTEXT, type DetectionContext } from './plausibility.js';

const MOST_NATS_A_MESSAGE = 4;
const SUSPICIOUS_NATS = 6;
const BUCKET_NATS = 2 * SUSPICIOUS_NATS;
const LEAK_NATS_PER_SECOND = 1;

/** Below this a message is held against its sender and is no reference for later ones. */
export const PLAUSIBLE = 0.5;

/** References reach this far back: long enough that a car has moved clearly, short enough that motion is still bound. */
const REFERENCE_SPAN_MILLIS = 1000;
/** ETSI TS 103 759 evidence stays small; one report carries at most this many messages. */
export const MAX_EVIDENCE = 30;

/** What is remembered of one sender. Immutable; `judge` gives the next one. */
export interface History {
  readonly last: ObservedState | undefined;
  /** Plausible messages of the last second, oldest first; what later ones are compared with. */
  readonly trusted: readonly ObservedState[];
  readonly suspicionNats: number;
  /** Signed times of the messages that carry the suspicion, rising. */
  readonly evidenceTimesMillis: readonly number[];
}

export interface Observation extends ObservationId {
  readonly detector: DetectorName;
  readonly factor: number;
}

export interface Judgement {
  /** The least plausible detector's word on this message, 0..1. */
  readonly factor: number;
  /** The sender is worth a report now. */
  readonly suspicious: boolean;
  /** Detectors below PLAUSIBLE, with their TS 103 759 numbers. */
  readonly observations: readonly Observation[];
  /** generationTimes of the messages to send as evidence: `judgeEvidence` over just these is suspicious again. */
  readonly evidenceTimesMillis: readonly number[];
  readonly history: History;
}

/** Nothing known yet of a sender. */
export const NO_HISTORY: History = { last: undefined, trusted: [], suspicionNats: 0, evidenceTimesMillis: [] };

/**
 * Judges the next message of one sender (one certificate). The caller has verified its signature and freshness.
 * A message not later than the last is left out of account: repeats are not the signer's doing. Only two different
 * messages signed for one instant are.
 */
export function judge(
  history: History,
  message: ObservedState,
  context: DetectionContext = DEFAULT_CONTEXT,
): Judgement {
  const { last } = history;
  if (last !== undefined && isRepeatOrLate(last, message)) return unchanged(history);
  const references = referencesFor(history, message, context);
  const factors = DETECTORS.map((entry) => factorOf(entry, references, last, message, context));
  const factor = Math.min(...factors);
  const suspicionNats = fill(leak(history, message), natsOf(factors));
  const next: History = {
    last: message,
    trusted: trust(references, message, factor),
    suspicionNats,
    evidenceTimesMillis: collect(history, references, message, factor, suspicionNats),
  };
  return judgementOf(next, factor, factors);
}

/**
 * Judges a sender from signed messages alone, in any order, as a misbehaviour authority does with a report: the
 * worst standing the sequence reaches. No messages are no suspicion.
 */
export function judgeEvidence(
  messages: readonly ObservedState[],
  context: DetectionContext = DEFAULT_CONTEXT,
): Pick<Judgement, 'factor' | 'suspicious' | 'observations'> {
  let history = NO_HISTORY;
  let factor = 1;
  let suspicious = false;
  const worst = new Map<DetectorName, Observation>();
  for (const message of [...messages].sort((a, b) => a.generationTimeMillis - b.generationTimeMillis)) {
    const judgement = judge(history, message, context);
    ({ history } = judgement);
    factor = Math.min(factor, judgement.factor);
    suspicious ||= judgement.suspicious;
    for (const seen of judgement.observations) {
      if (seen.factor <= (worst.get(seen.detector)?.factor ?? 1)) worst.set(seen.detector, seen);
    }
  }
  return { factor, suspicious, observations: [...worst.values()] };
}

function isRepeatOrLate(last: ObservedState, message: ObservedState): boolean {
  if (message.generationTimeMillis !== last.generationTimeMillis) {
    return message.generationTimeMillis < last.generationTimeMillis;
  }
  return (Object.keys(message) as (keyof ObservedState)[]).every((key) => message[key] === last[key]);
}

/** The trusted messages that still bind this one; none after a gap longer than the horizon, which starts anew. */
function referencesFor(
  { trusted }: History,
  message: ObservedState,
  context: DetectionContext,
): readonly ObservedState[] {
  const latest = trusted.at(-1);
  if (latest === undefined) return [];
  return message.generationTimeMillis - latest.generationTimeMillis > context.horizonMillis ? [] : trusted;
}

function factorOf(
  { detector, against }: DetectorEntry,
  references: readonly ObservedState[],
  last: ObservedState | undefined,
  message: ObservedState,
  context: DetectionContext,
): number {
  if (against === 'single') return detector(message, message, context);
  if (against === 'last') return last === undefined ? 1 : detector(last, message, context);
  // The newest reference binds tightest; the oldest shows motion that drowns in position error over 100 ms.
  const [oldest] = references;
  const newest = references.at(-1);
  if (oldest === undefined || newest === undefined) return 1;
  return Math.min(detector(newest, message, context), detector(oldest, message, context));
}

/** Evidence of the one strongest detector: they look at the same numbers, so their words do not add up. */
function natsOf(factors: readonly number[]): number {
  return Math.max(
    ...factors.map(
      (factor, index) => (DETECTORS[index]?.weight ?? 0) * Math.min(MOST_NATS_A_MESSAGE, -Math.log(factor)),
    ),
  );
}

function leak({ last, suspicionNats }: History, message: ObservedState): number {
  const seconds = last === undefined ? 0 : (message.generationTimeMillis - last.generationTimeMillis) / 1000;
  return Math.max(0, suspicionNats - LEAK_NATS_PER_SECOND * seconds);
}

const fill = (level: number, nats: number): number => Math.min(BUCKET_NATS, level + nats);

function trust(references: readonly ObservedState[], message: ObservedState, factor: number): readonly ObservedState[] {
  // With nothing left to compare with, even an implausible message is where the next comparison starts.
  if (references.length === 0) return [message];
  if (factor < PLAUSIBLE) return references;
  const since = message.generationTimeMillis - REFERENCE_SPAN_MILLIS;
  return [...references.filter(({ generationTimeMillis }) => generationTimeMillis >= since), message];
}

function collect(
  history: History,
  references: readonly ObservedState[],
  message: ObservedState,
  factor: number,
  suspicionNats: number,
): readonly number[] {
  if (suspicionNats === 0) return [];
  if (factor >= PLAUSIBLE) return history.evidenceTimesMillis;
  const involved = [references[0], references.at(-1), history.last, message].filter((state) => state !== undefined);
  const times = new Set([
    ...history.evidenceTimesMillis,
    ...involved.map(({ generationTimeMillis }) => generationTimeMillis),
  ]);
  return [...times].sort((a, b) => a - b).slice(-MAX_EVIDENCE);
}

function judgementOf(history: History, factor: number, factors: readonly number[]): Judgement {
  const observations = DETECTORS.flatMap(({ name, tgtId, obsId }, index) => {
    const word = factors[index] ?? 1;
    return word < PLAUSIBLE ? [{ detector: name, factor: word, tgtId, obsId }] : [];
  });
  const { evidenceTimesMillis, suspicionNats } = history;
  return { factor, suspicious: suspicionNats >= SUSPICIOUS_NATS, observations, evidenceTimesMillis, history };
}

function unchanged(history: History): Judgement {
  return judgementOf(history, 1, []);
}
