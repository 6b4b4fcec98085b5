/**
 * One step of an approved case: the stored answer, or the authority's, stored before it is used. A step whose answer was
 * lost cannot simply be repeated, since its approval counts once; it then needs a new approval.
 */
import { decode, encode, type Codec } from '#coer/codec.js';
import { Approval } from '#credentials/approval.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { LineFailure } from '#edge/transport.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { StepName } from '../domain/case-steps.js';
import type { StopReason } from '../domain/refusal.js';
import type { CaseStore, StoredStep } from '../store/case.store.js';

/** Label of the secret that seals answers at rest. */
const ANSWERS = 'case-answers';

export interface StepNeeds {
  readonly cases: CaseStore;
  readonly device: CryptoDevice;
}

/** More has to be signed before the case can go on. */
export interface NeedsApproval {
  readonly kind: 'needs-approval';
  readonly reason: 'more-chains' | 'approval-expired' | 'answer-lost';
}
export const needsApproval = (reason: NeedsApproval['reason']): NeedsApproval => ({ kind: 'needs-approval', reason });

export type Stopped = Refused<StopReason> | NeedsApproval;

export const isStopped = (outcome: object): outcome is Stopped =>
  isRefused(outcome) || ('kind' in outcome && outcome.kind === 'needs-approval');

/** Throws LineFailure when the authority does not answer or fails: the case stays owed. */
export async function runStep<A extends object>(
  caseId: Uint8Array,
  stored: StoredStep | undefined,
  step: { name: StepName; answer: Codec<A>; ask: (approval: Approval) => Promise<A | Refused> },
  { cases, device }: StepNeeds,
): Promise<A | Stopped> {
  if (stored?.answer !== undefined) return openAnswer(device, stored.answer, step.answer);
  if (stored?.approval === undefined || !stored.isSigned) return needsApproval('more-chains');
  await cases.noteAttempt(caseId, step.name);
  const answer = await step.ask(decode(Approval, stored.approval));
  if (isRefused(answer)) {
    // Another worker may have asked with the same approval, and have the answer by now: then nothing is lost.
    const meanwhile = (await cases.steps(caseId)).find((one) => one.step === step.name)?.answer;
    return meanwhile === undefined ? stop(caseId, stored, answer, cases) : openAnswer(device, meanwhile, step.answer);
  }
  await cases.storeAnswer(caseId, step.name, await device.seal(ANSWERS, encode(step.answer, answer as A)));
  return answer as A;
}

async function openAnswer<A>(device: CryptoDevice, sealed: Uint8Array, codec: Codec<A>): Promise<A> {
  const bytes = await device.open(ANSWERS, sealed);
  if (bytes === undefined) throw new Error('an answer at rest does not open');
  return decode(codec, bytes);
}

async function stop(
  caseId: Uint8Array,
  { step, attempts }: StoredStep,
  { reason }: Refused,
  cases: CaseStore,
): Promise<Stopped> {
  if (reason === 'internal') throw new LineFailure(`${step}: the authority failed`);
  const isLost = reason === 'approval-used' && attempts > 0;
  if (!isLost && reason !== 'approval-expired') return refused(`refused-by-${step}: ${reason}`);
  await cases.dropApproval(caseId, step);
  return needsApproval(isLost ? 'answer-lost' : 'approval-expired');
}
