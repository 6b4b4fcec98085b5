/**
 * What the evidence of a case comes to, as a function of its facts. Evidence is judged, not heads, and only what the MA found
 * in signed bytes for itself is evidence. Every number that decides is in the answer, so that a decision can be explained.
 *
 * Not weighed, because nobody hands them in: co-signed places of reporters, and whole streams of the accused (self-proof).
 */
import { consensusOf, median, type Bucket, type Consensus } from './opinions.js';

/**
 * `rights`: an application or a right that the certificate does not give, in one signed message. `bounds`: a time or place
 * outside the certificate: a reset clock is no crime. `value`: a single value no car has, in a stream that is plausible
 * otherwise. `motion`: messages that contradict each other.
 */
export type FindingKind = 'rights' | 'bounds' | 'value' | 'motion';

export interface Voice {
  /** The reporter's handle, in hex. It is made anew each week. */
  readonly handle: string;
  readonly week: number;
  readonly bucket: Bucket;
  /** e, 0 … 1: by our detectors. */
  readonly strength: number;
  readonly kind: FindingKind;
  /** When and where the accused signed it: Unix milliseconds, and a square of areaOf. */
  readonly atMillis: number;
  readonly area: string;
}

export interface Circumstances {
  readonly minimumReporters: number;
  /** Share of refuted ones among the cases closed in the last 30 days, 0 … 1. */
  readonly refutedShare: number;
  /** Many senders err alike there and then: their satellites may lie, and not they. */
  readonly isSpoofingSuspected: boolean;
}

export const GATES = [
  'proven-right',
  'two-places-or-days',
  'enough-reporters',
  'evidence',
  'threshold',
  'no-spoofing',
] as const;
export type GateName = (typeof GATES)[number];

export interface Gate {
  readonly gate: GateName;
  readonly isPassed: boolean;
  readonly is: number;
  readonly wanted: number;
}

/** The numbers of one handle-week: handles of two weeks may be one reporter, and are never added. */
export interface Weighing {
  readonly week: number;
  readonly reporters: number;
  readonly roadside: number;
  readonly kind: FindingKind;
  /** Subjective level: median of the five strongest findings of different reporters. */
  readonly scl: number;
  readonly consensus: Consensus;
  /** λ·scl + (1 − λ)·consensus, and with roadside units .7 of it and .3 of theirs. */
  readonly level: number;
  /** What the level has to reach. */
  readonly threshold: number;
  readonly gates: readonly Gate[];
}

export type Reason =
  'too-few-reporters' | 'evidence-too-weak' | 'below-threshold' | 'suspected-fault' | 'gnss-spoofing-suspected';

export interface Decision {
  readonly state: 'INVESTIGATING' | 'FAULT_WARN' | 'PENDING_APPROVAL';
  readonly reason: Reason | null;
  /** Whether a standing approval may stand for the people: proven, and nothing speaks against it. */
  readonly isProven: boolean;
  /** Undefined without voices. */
  readonly weighing: Weighing | undefined;
}

const STRONGEST = 5;
const LEAST_SCL = 0.5;
const DAY_MILLIS = 86_400_000;
/** A fault that lasts so long is no fault any more that its owner may be silent about. */
const PERSISTENT_MILLIS = 7 * DAY_MILLIS;

/** How much of the level is our own finding, and not the reporters' weight. */
const LAMBDA: Readonly<Record<FindingKind, number>> = { rights: 0.9, bounds: 0.9, value: 0.6, motion: 0.6 };
const SEVERITY: Readonly<Record<FindingKind, number>> = { rights: 1, bounds: 0.2, value: 0.2, motion: 0.5 };
const ROADSIDE_SHARE = 0.3;
const REFUTED_TOO_OFTEN = 0.1;
const DISTRUST = 0.05;

/** The strongest voice of each handle. */
function oneEach(voices: readonly Voice[]): Voice[] {
  const best = new Map<string, Voice>();
  for (const voice of voices) {
    const known = best.get(voice.handle);
    if (known === undefined || rank(voice) > rank(known)) best.set(voice.handle, voice);
  }
  return [...best.values()];
}
const rank = ({ strength, kind }: Voice): number => (kind === 'rights' ? 1 : 0) + strength;

/** The gravest kind that as many reporters show as it takes; one proof of a missing right is enough. */
function kindOf(voices: readonly Voice[], minimumReporters: number): FindingKind {
  if (voices.some(({ kind }) => kind === 'rights')) return 'rights';
  const count = (wanted: FindingKind): number => voices.filter(({ kind }) => kind === wanted).length;
  if (count('motion') >= minimumReporters) return 'motion';
  if (count('bounds') > 0) return 'bounds';
  return count('value') > count('motion') ? 'value' : 'motion';
}

/** The dynamic threshold: few voices, disagreement and a district with many refuted cases raise it, severity lowers it. */
function thresholdOf({ effective, dispersion }: Consensus, kind: FindingKind, refutedShare: number): number {
  const few = 0.15 * (1 - effective / (effective + 3));
  const distrust = refutedShare > REFUTED_TOO_OFTEN ? DISTRUST : 0;
  return Math.min(0.85, Math.max(0.45, 0.55 + few + 0.2 * dispersion - 0.1 * SEVERITY[kind] + distrust));
}

function levelOf(scl: number, consensus: Consensus, kind: FindingKind, voices: readonly Voice[]): number {
  const own = LAMBDA[kind] * scl + (1 - LAMBDA[kind]) * consensus.level;
  const roadside = voices.filter(({ bucket }) => bucket === 'rsu').map(({ strength }) => strength);
  return roadside.length === 0 ? own : (1 - ROADSIDE_SHARE) * own + ROADSIDE_SHARE * median(roadside);
}

/** Squares of areaOf that do not touch, or different days: one reset clock or one tunnel is not in both. */
function areApart(a: Voice, b: Voice): boolean {
  if (a.handle === b.handle) return false;
  return Math.floor(a.atMillis / DAY_MILLIS) !== Math.floor(b.atMillis / DAY_MILLIS) || !isNear(a.area, b.area);
}

/** Side of a square, in degrees: some five kilometres. */
const SQUARE_DEGREES = 0.05;
/** The square a place lies in: `<row>:<column>`. Degrees, WGS-84. */
export const areaOf = (latitudeDegrees: number, longitudeDegrees: number): string =>
  `${String(Math.floor(latitudeDegrees / SQUARE_DEGREES))}:${String(Math.floor(longitudeDegrees / SQUARE_DEGREES))}`;
/** A message that says no place. */
export const NO_AREA = '';

/** Whether two squares are one or touch. What has no place is near everything. */
export function isNear(a: string, b: string): boolean {
  if (a === NO_AREA || b === NO_AREA) return true;
  const [row = 0, column = 0] = a.split(':').map(Number);
  const [otherRow = 0, otherColumn = 0] = b.split(':').map(Number);
  return Math.abs(row - otherRow) <= 1 && Math.abs(column - otherColumn) <= 1;
}

function weigh(voices: readonly Voice[], circumstances: Circumstances): Weighing {
  const { minimumReporters, refutedShare, isSpoofingSuspected } = circumstances;
  const kind = kindOf(voices, minimumReporters);
  // A single proof is judged by itself: who adds weak evidence of something else must not hide it.
  const said = kind === 'rights' ? voices.filter((voice) => voice.kind === 'rights') : voices;
  const strengths = said.map(({ strength }) => strength).sort((a, b) => b - a);
  const scl = median(strengths.slice(0, STRONGEST));
  const consensus = consensusOf(
    said.map(({ strength, bucket }) => ({ shown: strength, bucket })),
    scl,
  );
  const level = levelOf(scl, consensus, kind, said);
  const threshold = thresholdOf(consensus, kind, refutedShare);
  const bounds = said.filter((voice) => voice.kind === 'bounds');
  const apart = bounds.some((one) => bounds.some((other) => areApart(one, other)));
  const least = (gate: GateName, is: number, wanted: number): Gate => ({ gate, isPassed: is >= wanted, is, wanted });
  return {
    ...{ week: voices[0]?.week ?? 0, reporters: voices.length, kind, scl, consensus, level, threshold },
    roadside: voices.filter(({ bucket }) => bucket === 'rsu').length,
    gates: [
      ...(kind === 'rights' ? [least('proven-right', said.length, 1)] : []),
      ...(kind === 'bounds' ? [least('two-places-or-days', apart ? 2 : 1, 2)] : []),
      ...(kind === 'rights' ? [] : [least('enough-reporters', voices.length, minimumReporters)]),
      least('evidence', scl, LEAST_SCL),
      least('threshold', level, threshold),
      // A right that is missing is missing wherever the satellites say the car is.
      ...(kind === 'rights' ? [] : [least('no-spoofing', isSpoofingSuspected ? 0 : 1, 1)]),
    ],
  };
}

const fails = ({ gates }: Weighing, name: GateName): boolean =>
  gates.some(({ gate, isPassed }) => gate === name && !isPassed);

function isPersistent(voices: readonly Voice[]): boolean {
  const times = voices.map(({ atMillis }) => atMillis);
  return Math.max(...times) - Math.min(...times) >= PERSISTENT_MILLIS;
}

function judge(voices: readonly Voice[], weighing: Weighing): Decision {
  const said = (state: Decision['state'], reason: Reason | null, isProven = false): Decision => ({
    ...{ state, reason, isProven, weighing },
  });
  if (fails(weighing, 'enough-reporters')) return said('INVESTIGATING', 'too-few-reporters');
  if (fails(weighing, 'evidence')) return said('INVESTIGATING', 'evidence-too-weak');
  if (fails(weighing, 'two-places-or-days')) return said('FAULT_WARN', 'suspected-fault');
  if (weighing.kind === 'value' && !isPersistent(voices)) return said('FAULT_WARN', 'suspected-fault');
  if (fails(weighing, 'threshold')) return said('INVESTIGATING', 'below-threshold');
  // People look at what satellites may have done; a case is not closed for it.
  if (fails(weighing, 'no-spoofing')) return said('PENDING_APPROVAL', 'gnss-spoofing-suspected');
  return said('PENDING_APPROVAL', null, weighing.kind === 'rights');
}

const STATES: readonly Decision['state'][] = ['INVESTIGATING', 'FAULT_WARN', 'PENDING_APPROVAL'];

/** Weighs the voices of each week by themselves and goes by the week that leads farthest, in no order of arrival. */
export function decide(voices: readonly Voice[], circumstances: Circumstances): Decision {
  const decisions = [...new Set(voices.map(({ week }) => week))].map((week) => {
    const ofWeek = oneEach(voices.filter((voice) => voice.week === week));
    return judge(ofWeek, weigh(ofWeek, circumstances));
  });
  const [best] = decisions.sort(
    (a, b) =>
      STATES.indexOf(b.state) - STATES.indexOf(a.state) ||
      (b.weighing?.reporters ?? 0) - (a.weighing?.reporters ?? 0) ||
      (b.weighing?.scl ?? 0) - (a.weighing?.scl ?? 0) ||
      (b.weighing?.week ?? 0) - (a.weighing?.week ?? 0),
  );
  return best ?? { state: 'INVESTIGATING', reason: 'too-few-reporters', isProven: false, weighing: undefined };
}
