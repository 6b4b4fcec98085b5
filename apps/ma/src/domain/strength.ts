/**
 * What signed messages show, by our own detectors. One number in [0, 1] a report: e = 1 − ∏(1 − w·(1 − f)), f the factor
 * of a detector (1 plausible), w how much its class may weigh.
 */
import { judgeEvidence } from '#detection/judge.js';
import { observe, type ObservedState } from '#detection/observed-state.js';
import { decodeMessageFrame, type MessageFrame } from '#uper/messages/message-frame.js';
import { UperError } from '#uper/uper-error.js';
import { refused, type Refused } from '#credentials/refusal.js';
import type { SignedMessage } from './evidence.js';
import type { EvidenceRefusal } from './refusal.js';

/** Kinematic observations, classes 1 and 2 of ETSI TS 103 759. Nothing here rests on the reporter's own word. */
const KINEMATIC_WEIGHT = 0.6;

export interface Finding {
  /** Whether the detectors find the sender worth a report too; else the claim stands unconfirmed. */
  readonly isConfirmed: boolean;
  /** e, 0 … 1. */
  readonly strength: number;
  /** The least plausible factor met. */
  readonly factor: number;
  /** Target/observation of TS 103 759 that the detectors found, for example `3/4`. */
  readonly observations: readonly string[];
}

/** Runs the detectors again. Messages that are no BSM with place and motion say nothing; refused when none is left. */
export function weighEvidence(messages: readonly SignedMessage[]): Finding | Refused<EvidenceRefusal> {
  const states = messages.map(stateOf).filter((state) => state !== undefined);
  if (states.length === 0) return refused('evidence-unreadable');
  const { suspicious, factor, observations } = judgeEvidence(states);
  // Detectors that file under one observation look at the same numbers: the strongest speaks for them.
  const strongest = new Map<string, number>();
  for (const { tgtId, obsId, factor: word } of observations) {
    const name = `${tgtId}/${obsId}`;
    strongest.set(name, Math.min(word, strongest.get(name) ?? 1));
  }
  const doubt = [...strongest.values()].reduce((product, word) => product * (1 - KINEMATIC_WEIGHT * (1 - word)), 1);
  return { isConfirmed: suspicious, strength: 1 - doubt, factor, observations: [...strongest.keys()].sort() };
}

function stateOf({ payload, generationTimeMillis }: SignedMessage): ObservedState | undefined {
  const frame = readFrame(payload);
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
