/**
 * What the operators of an MA do with its cases. The MA itself decides nothing beyond "this may be put before them": each
 * step needs the signatures of two, and the authority it is for checks them again.
 */
import type { Approval } from '#credentials/approval.js';
import type { Refused } from '#credentials/refusal.js';
import type { Explanation } from './domain/explain.js';
import type { OperatorRefusal } from './domain/refusal.js';
import type { StepName } from './domain/case-steps.js';
import type { Verdict } from './domain/verdicts.js';
import type { CaseState } from './store/misbehaviour-case.entity.js';

export const MA_OPERATOR = Symbol('MA_OPERATOR');

export type StepState = 'not-prepared' | 'to-sign' | 'signed' | 'answered';

/** What an operator sees of a case: scores and findings, never an identity (the MA has none). */
export interface CaseView {
  /** 16 bytes. */
  readonly caseId: Uint8Array;
  readonly state: CaseState;
  readonly reason: string | null;
  /** Subjective level 0 … 1, and how many reporters of one week stand behind it. */
  readonly scl: number;
  readonly reporters: number;
  /** Reports our detectors did not bear out. */
  readonly unconfirmed: number;
  /** Target/observation numbers of ETSI TS 103 759. */
  readonly findings: readonly string[];
  /** Whether the accused certificate bore out the chain: `agrees`, or `impossible` when its period was over. */
  readonly witness: string | null;
  readonly crlNumber: number | null;
  readonly openedMillis: number;
  readonly steps: readonly { readonly step: StepName; readonly state: StepState }[];
}

export interface MaOperator {
  cases(): Promise<CaseView[]>;
  /** Why a case stands where it stands: every score, gate and voice. */
  explain(caseId: Uint8Array): Promise<Explanation | Refused<OperatorRefusal>>;
  /** How many reports ended how: `counted`, `unconfirmed`, `passed-on`, `refused: <reason>`, … */
  reportCounts(): Promise<Record<string, number>>;
  /** The approvals still to be signed, in the order of the steps. */
  prepare(caseId: Uint8Array): Promise<Approval[] | Refused<OperatorRefusal>>;
  /** Takes approvals as prepared, each with two operators' signatures; the case is APPROVED when none is missing. */
  submit(caseId: Uint8Array, approvals: readonly Approval[]): Promise<CaseView | Refused<OperatorRefusal>>;
  /** The verdict to be signed by two operators; refused where the case's state does not allow it. A new one voids the last. */
  prepareVerdict(caseId: Uint8Array, verdict: Verdict): Promise<Approval | Refused<OperatorRefusal>>;
  /** Takes the prepared verdict with two operators' signatures, once, and answers with the case as it stands then. */
  submitVerdict(caseId: Uint8Array, approval: Approval): Promise<CaseView | Refused<OperatorRefusal>>;
  /**
   * Carries an approved case through. Answers with the case as it stands then: REVOKED, REFUSED with a reason, RESOLVING when
   * an authority did not answer (it is tried again), or PENDING_APPROVAL when more has to be signed.
   */
  resolve(caseId: Uint8Array): Promise<CaseView | Refused<OperatorRefusal>>;
}
