/** A decision in words and numbers: what an operator reads before signing, and whoever asks afterwards. */
import type { Decision, FindingKind, GateName, Voice } from './decide.js';

export interface ExplainedVoice {
  readonly week: number;
  readonly bucket: string;
  readonly kind: FindingKind;
  readonly strength: number;
  readonly factor: number;
  /** Target/observation numbers of ETSI TS 103 759. */
  readonly findings: readonly string[];
}

export interface Explanation {
  /** 16 bytes. */
  readonly caseId: Uint8Array;
  readonly state: string;
  readonly reason: string | null;
  /** As the evidence stands now; what was decided on it earlier is the state. */
  readonly decision: Decision;
  readonly refutedShare: number;
  readonly isSpoofingSuspected: boolean;
  readonly unconfirmed: number;
  readonly witness: string | null;
  readonly voices: readonly ExplainedVoice[];
}

/** A voice without its handle: operators need not know which reports are one reporter's. */
export function explainedVoice(
  voice: Voice & { readonly factor: number; readonly findings: readonly string[] },
): ExplainedVoice {
  const { week, bucket, kind, strength, factor, findings } = voice;
  return { week, bucket, kind, strength, factor, findings };
}

const GATE_SAYS: Readonly<Record<GateName, string>> = {
  'proven-right': 'a message proves a right its certificate does not give',
  'two-places-or-days': 'shown in places or on days apart (else a clock or a receiver may be wrong)',
  'enough-reporters': 'different reporters of one week',
  evidence: 'median of the five strongest findings',
  threshold: 'level of all voices, against the threshold',
  'no-spoofing': 'no five others there and then err the same way',
};

const number = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(3));

/** The same for a reader: one line a fact. */
export function explanationLines(explanation: Explanation): string[] {
  const { decision, state, reason, voices, unconfirmed, refutedShare, witness } = explanation;
  const { weighing } = decision;
  const head = [
    `case ${Buffer.from(explanation.caseId).toString('hex')}: ${state}${reason === null ? '' : ` (${reason})`}`,
    `voices ${voices.length}, not borne out by our detectors ${unconfirmed}` +
      (witness === null ? '' : `, witness ${witness}`),
  ];
  if (weighing === undefined) return [...head, 'no evidence is left to weigh'];
  const { consensus, week, kind, scl, level, threshold, reporters, roadside, gates } = weighing;
  return [
    ...head,
    `week ${week} leads: ${reporters} reporters, ${roadside} of them roadside units; kind ${kind}`,
    `our own finding (scl) ${number(scl)}; voices together ${number(consensus.level)} after ${consensus.rounds} rounds, ` +
      `agreeing ${number(consensus.cohesion)}, as much as ${number(consensus.effective)} equal ones`,
    `level ${number(level)}, threshold ${number(threshold)} (dispersion ${number(consensus.dispersion)}, ` +
      `refuted of late ${number(refutedShare)})`,
    ...gates.map(
      ({ gate, isPassed, is, wanted }) =>
        `${isPassed ? 'passed' : 'FAILED'}  ${gate}: ${GATE_SAYS[gate]}: ${number(is)}, wanted ${number(wanted)}`,
    ),
    ...voices.map(
      ({ bucket, kind: shown, strength, factor, findings, week: ofWeek }) =>
        `voice  week ${ofWeek}, ${bucket}: ${shown} ${findings.join(' ')}, strength ${number(strength)}, ` +
        `least plausible factor ${number(factor)}`,
    ),
    `as the evidence stands: ${decision.state}${decision.reason === null ? '' : ` (${decision.reason})`}` +
      (decision.isProven ? '; proven by one signed message' : ''),
  ];
}
