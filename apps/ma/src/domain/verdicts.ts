/**
 * What two operators may decide of a case besides carrying it through: that it is none, and, when somebody objects to a
 * revocation, whether it stands. A list cannot be unsaid: who was revoked wrongly gets a new enrolment (AAA, ECA) and a new
 * chain; the MA keeps that it was wrong, and counts it.
 */
import type { Random } from '#crypto/random.js';
import { approvalTarget, newApproval, type Approval } from '#credentials/approval.js';
import { time32FromMillis } from '#wire/time.js';
import type { CaseState } from '../store/misbehaviour-case.entity.js';
import type { CaseFacts } from './case-steps.js';

export const VERDICTS = ['refute', 'appeal', 'uphold', 'reinstate'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface VerdictMove {
  readonly from: readonly CaseState[];
  readonly to: CaseState;
  readonly reason: string;
}

const MOVES: Readonly<Record<Verdict, VerdictMove>> = {
  refute: { from: ['INVESTIGATING', 'FAULT_WARN', 'PENDING_APPROVAL'], to: 'DISMISSED', reason: 'refuted' },
  appeal: { from: ['REVOKED'], to: 'APPEAL', reason: 'appealed' },
  uphold: { from: ['APPEAL'], to: 'REVOKED', reason: 'upheld' },
  reinstate: { from: ['APPEAL'], to: 'REINSTATED', reason: 'wrongful' },
};

export const moveOf = (verdict: Verdict): VerdictMove => MOVES[verdict];
export const isVerdict = (word: string): word is Verdict => (VERDICTS as readonly string[]).includes(word);

/** The approval that two operators sign for a verdict: of this case and target, addressed to the MA itself. */
export function unsignedVerdict(
  facts: CaseFacts,
  verdict: Verdict,
  addressee: Uint8Array,
  at: { random: Random; expiresMillis: number },
): Approval {
  return newApproval({
    caseId: facts.id,
    action: verdict,
    addressee,
    target: approvalTarget(facts.salt, facts.certificateHash),
    nonce: at.random.bytes(16),
    expiry: time32FromMillis(at.expiresMillis),
  });
}
