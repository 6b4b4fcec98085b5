/**
 * What signed messages show, by our own detectors. One number in [0, 1] a report: e = 1 − ∏(1 − w·(1 − f)), f the factor
 * of a detector (1 plausible), w how much its class may weigh.
 */
import { bearingDegrees, lengthOf, offsetBetween } from '#detection/geo.js';
import type { DetectorName } from '#detection/detector-table.js';
import { judgeEvidence } from '#detection/judge.js';
import { observe, type ObservedState } from '#detection/observed-state.js';
import { decodeMessageFrame, type MessageFrame } from '#uper/messages/message-frame.js';
import { UperError } from '#uper/uper-error.js';
import type { Profile } from '#credentials/profile.js';
import { refused, type Refused } from '#credentials/refusal.js';
import type { Certificate } from '#wire/secured-data.js';
import { contradictionsOf } from './contradictions.js';
import { areaOf, NO_AREA, type FindingKind } from './decide.js';
import type { SignedMessage } from './evidence.js';
import type { EvidenceRefusal } from './refusal.js';

/** Security observations: nothing about them is measured. */
const PROOF_WEIGHT = 0.95;
/** Kinematic observations, classes 1 and 2 of ETSI TS 103 759. Nothing here rests on the reporter's own word. */
const KINEMATIC_WEIGHT = 0.6;
/** A speed or acceleration that no car has: a broken sensor says so, and a liar has nothing of it. */
const OUT_OF_RANGE: readonly DetectorName[] = ['speedPlausibility', 'accelerationPlausibility'];
/** What such a sensor contradicts besides, while the places themselves are those of a car that drives. */
const FOLLOWS: readonly DetectorName[] = [...OUT_OF_RANGE, 'positionSpeedConsistency', 'speedConsistency'];

export interface Finding {
  /** Whether the messages prove it, or the detectors find the sender worth a report too; else the claim stands unconfirmed. */
  readonly isConfirmed: boolean;
  readonly kind: FindingKind;
  /** e, 0 … 1. */
  readonly strength: number;
  /** The least plausible factor met. */
  readonly factor: number;
  /** Target/observation of TS 103 759 that was found, for example `3/4`. */
  readonly observations: readonly string[];
  /** When and where the accused signed the last message: Unix milliseconds, a square of areaOf. */
  readonly atMillis: number;
  readonly area: string;
  /** Which way the greatest jump of the places went, clockwise from north; undefined where nothing jumped. */
  readonly bearingDegrees: number | undefined;
}

interface Read {
  readonly message: SignedMessage;
  readonly frame: MessageFrame | undefined;
}

/**
 * Runs the detectors again over messages that `certificate` signed. Messages that are no BSM with place and motion say
 * nothing of motion; refused when all of them say nothing and none contradicts the certificate.
 */
export function weighEvidence(
  messages: readonly SignedMessage[],
  certificate: Certificate,
  profile: Profile,
): Finding | Refused<EvidenceRefusal> {
  const read = messages.map((message): Read => ({ message, frame: readFrame(message.payload) }));
  const contradictions = read.flatMap(({ message, frame }) => contradictionsOf(message, frame, certificate, profile));
  const states = read.map(stateOf).filter((state) => state !== undefined);
  if (states.length === 0 && contradictions.length === 0) return refused('evidence-unreadable');
  const { suspicious, factor, observations } = judgeEvidence(states);
  // Detectors that file under one observation look at the same numbers: the strongest speaks for them.
  const moved = new Map<string, number>();
  if (suspicious)
    for (const { tgtId, obsId, factor: word } of observations) {
      const name = `${String(tgtId)}/${String(obsId)}`;
      moved.set(name, Math.min(word, moved.get(name) ?? 1));
    }
  const proven = new Set(contradictions.map(({ observation }) => observation));
  const doubt = [...moved.values()].reduce((product, word) => product * (1 - KINEMATIC_WEIGHT * (1 - word)), 1);
  return {
    isConfirmed: suspicious || proven.size > 0,
    kind: kindOf(
      new Set(contradictions.map(({ kind }) => kind)),
      suspicious ? observations.map(({ detector }) => detector) : [],
    ),
    strength: 1 - doubt * (1 - PROOF_WEIGHT) ** proven.size,
    factor: proven.size > 0 ? 0 : factor,
    observations: [...proven, ...moved.keys()].sort(),
    atMillis: Math.max(...messages.map(({ generationTimeMillis }) => generationTimeMillis)),
    ...placeOf(states),
  };
}

/** The gravest; a stream that contradicts itself is more than one outside its bounds. */
function kindOf(contradictions: ReadonlySet<'rights' | 'bounds'>, found: readonly DetectorName[]): FindingKind {
  if (contradictions.has('rights')) return 'rights';
  const isSensor = found.some((name) => OUT_OF_RANGE.includes(name)) && found.every((name) => FOLLOWS.includes(name));
  if (found.length > 0 && !isSensor) return 'motion';
  return contradictions.has('bounds') ? 'bounds' : isSensor ? 'value' : 'motion';
}

function placeOf(states: readonly ObservedState[]): Pick<Finding, 'area' | 'bearingDegrees'> {
  const sorted = [...states].sort((a, b) => a.generationTimeMillis - b.generationTimeMillis);
  const last = sorted.at(-1);
  return {
    area: last === undefined ? NO_AREA : areaOf(last.latitudeDegrees, last.longitudeDegrees),
    bearingDegrees: greatestJump(sorted),
  };
}

const LEAST_JUMP_METRES = 5;

/** How far a place lies from where the message before would have led, where it is farthest. */
function greatestJump(states: readonly ObservedState[]): number | undefined {
  const jumps = states.slice(1).map((state, n) => {
    const before = states[n] as ObservedState;
    const moved = offsetBetween(before, state);
    const seconds = (state.generationTimeMillis - before.generationTimeMillis) / 1000;
    const run = before.speedMetresPerSecond * seconds * (before.isReversing ? -1 : 1);
    const heading = (before.headingDegrees * Math.PI) / 180;
    return {
      eastMetres: moved.eastMetres - run * Math.sin(heading),
      northMetres: moved.northMetres - run * Math.cos(heading),
    };
  });
  const [greatest] = jumps.sort((a, b) => lengthOf(b) - lengthOf(a));
  return greatest === undefined || lengthOf(greatest) < LEAST_JUMP_METRES ? undefined : bearingDegrees(greatest);
}

function stateOf({ message: { generationTimeMillis }, frame }: Read): ObservedState | undefined {
  if (frame?.kind !== 'bsmFrame') return undefined;
  const seen = observe(frame.value, generationTimeMillis);
  return seen.kind === 'observed' ? seen.state : undefined;
}

function readFrame(payload: Uint8Array): MessageFrame | undefined {
  try {
    return decodeMessageFrame(payload);
  } catch (error) {
    if (error instanceof UperError) return undefined;
    throw error;
  }
}
