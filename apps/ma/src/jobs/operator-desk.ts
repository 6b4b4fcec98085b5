/** MaOperator over the tables: what the operators see, sign and set going. */
import { encode } from '#coer/codec.js';
import { decode } from '#coer/codec.js';
import { Approval, checkApproval } from '#credentials/approval.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { aboutStep, stepsFor, unsignedApproval, type StepName } from '../domain/case-steps.js';
import { decide } from '../domain/decide.js';
import { explainedVoice, type Explanation } from '../domain/explain.js';
import type { OperatorRefusal } from '../domain/refusal.js';
import { isVerdict, moveOf, unsignedVerdict, type Verdict } from '../domain/verdicts.js';
import type { CaseView, MaOperator, StepState } from '../ma.operator.js';
import type { StoredCase, StoredStep } from '../store/case.store.js';
import type { CasePorts } from './case-ports.js';
import { resolveCase, type ResolveNeeds } from './resolve-case.js';

const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;

export interface DeskNeeds extends ResolveNeeds {
  readonly operators: readonly Uint8Array[];
}

export interface Desk extends MaOperator {
  /** Runs every case that is owed an end. */
  resolveOwed(): Promise<void>;
}

export function operatorDesk(needs: DeskNeeds): Desk {
  const running = new Map<string, Promise<void>>();
  /** One run of a case at a time in this process; a second one waits for the first. */
  const runOnce = (found: StoredCase): Promise<void> => {
    const key = Buffer.from(found.id).toString('hex');
    const known = running.get(key);
    if (known !== undefined) return known;
    const run = resolveCase(found, needs).finally(() => running.delete(key));
    running.set(key, run);
    return run;
  };
  return {
    cases: async () => Promise.all((await needs.cases.all()).map((found) => view(found, needs))),
    reportCounts: () => needs.reports.counts(),
    explain: (caseId) => explain(caseId, needs),
    prepare: (caseId) => prepare(caseId, needs),
    prepareVerdict: (caseId, verdict) => prepareVerdict(caseId, verdict, needs),
    submitVerdict: (caseId, approval) => submitVerdict(caseId, approval, needs),
    submit: (caseId, approvals) => submit(caseId, approvals, needs),
    async resolve(caseId) {
      await needs.cases.move(caseId, ['APPROVED'], 'RESOLVING');
      const found = await needs.cases.find(caseId);
      if (found === undefined) return refused('case-unknown');
      if (found.state !== 'RESOLVING') return refused('case-not-approved');
      await runOnce(found);
      return viewOf(caseId, needs);
    },
    async resolveOwed() {
      for (const found of await needs.cases.inState('RESOLVING')) await runOnce(found);
    },
  };
}

async function viewOf(caseId: Uint8Array, needs: DeskNeeds): Promise<CaseView | Refused<OperatorRefusal>> {
  const found = await needs.cases.find(caseId);
  return found === undefined ? refused('case-unknown') : view(found, needs);
}

async function explain(
  caseId: Uint8Array,
  { cases, clock, settings }: DeskNeeds,
): Promise<Explanation | Refused<OperatorRefusal>> {
  const found = await cases.find(caseId);
  if (found === undefined) return refused('case-unknown');
  const { voices, circumstances } = await cases.record(caseId, clock.nowMillis());
  const { state, reason, unconfirmed, witness } = found;
  const decision = decide(voices, { ...circumstances, minimumReporters: settings.minimumReporters });
  return {
    caseId,
    state,
    reason,
    decision,
    ...circumstances,
    unconfirmed,
    witness,
    voices: voices.map(explainedVoice),
  };
}

function stateOf({ approval, isSigned, answer }: StoredStep): StepState {
  if (answer !== undefined) return 'answered';
  if (approval === undefined) return 'not-prepared';
  return isSigned ? 'signed' : 'to-sign';
}

async function view(found: StoredCase, { cases, ports }: DeskNeeds): Promise<CaseView> {
  const { id: caseId, state, reason, scl, reporters, unconfirmed, witness, crlNumber, openedMillis } = found;
  const steps = inOrder(await cases.steps(caseId), ports).map((stored) => ({
    step: stored.step,
    state: stateOf(stored),
  }));
  const findings = await cases.findings(caseId);
  return { caseId, state, reason, scl, reporters, unconfirmed, findings, witness, crlNumber, openedMillis, steps };
}

/** As they are run. */
function inOrder(steps: readonly StoredStep[], { las }: CasePorts): StoredStep[] {
  const byName = new Map(steps.map((stored) => [stored.step, stored]));
  return stepsFor(steps.length, las).flatMap((name) => byName.get(name) ?? []);
}

async function prepare(caseId: Uint8Array, needs: DeskNeeds): Promise<Approval[] | Refused<OperatorRefusal>> {
  const { cases, clock, settings, ports } = needs;
  const found = await cases.find(caseId);
  if (found === undefined) return refused('case-unknown');
  if (found.state !== 'PENDING_APPROVAL') return refused('case-not-pending');
  const stored = await cases.steps(caseId);
  const names = stored.length === 0 ? stepsFor(1, ports.las) : inOrder(stored, ports).map(({ step }) => step);
  const missing = names.filter(
    (name) =>
      !isReady(
        stored.find(({ step }) => step === name),
        clock.nowMillis(),
      ),
  );
  if (missing.some((name) => ports.idOf(aboutStep(name).peer) === undefined)) return refused('peer-not-listed');
  const expiresMillis = clock.nowMillis() + settings.approvalHours * HOUR_MILLIS;
  for (const name of missing) await prepareStep(found, name, expiresMillis, needs);
  return unsigned(inOrder(await cases.steps(caseId), ports));
}

/** Answered, or with an approval that still holds. */
const isReady = (stored: StoredStep | undefined, nowMillis: number): boolean =>
  stored?.answer !== undefined || (stored?.approval !== undefined && stored.expiresMillis > nowMillis);

const unsigned = (steps: readonly StoredStep[]): Approval[] =>
  steps.flatMap(({ approval, isSigned, answer }) =>
    approval === undefined || isSigned || answer !== undefined ? [] : [decode(Approval, approval)],
  );

async function prepareStep(
  found: StoredCase,
  step: StepName,
  expiresMillis: number,
  { cases, ports, identity }: DeskNeeds,
): Promise<void> {
  const addressee = ports.idOf(aboutStep(step).peer) as Uint8Array;
  const approval = unsignedApproval(found, step, addressee, { random: identity.random, expiresMillis });
  await cases.prepareStep(found.id, step, encode(Approval, approval), expiresMillis);
}

async function submit(
  caseId: Uint8Array,
  approvals: readonly Approval[],
  needs: DeskNeeds,
): Promise<CaseView | Refused<OperatorRefusal>> {
  const { cases, log } = needs;
  const found = await cases.find(caseId);
  if (found === undefined) return refused('case-unknown');
  if (found.state !== 'PENDING_APPROVAL') return refused('case-not-pending');
  const stored = await cases.steps(caseId);
  const signed: { step: StepName; approval: Uint8Array }[] = [];
  for (const approval of approvals) {
    const step = await signedStep(approval, stored, needs);
    if (isRefused(step)) return step;
    signed.push({ step, approval: encode(Approval, approval) });
  }
  await cases.signSteps(caseId, signed);
  const after = await cases.steps(caseId);
  const isComplete = after.length > 0 && after.every(({ isSigned, answer }) => isSigned || answer !== undefined);
  if (isComplete && (await cases.move(caseId, ['PENDING_APPROVAL'], 'APPROVED'))) log.info('case.approved');
  return viewOf(caseId, needs);
}

const selfOf = ({ identity }: DeskNeeds): Uint8Array => hashedId8(identity.signer.certificate);

async function prepareVerdict(
  caseId: Uint8Array,
  verdict: Verdict,
  needs: DeskNeeds,
): Promise<Approval | Refused<OperatorRefusal>> {
  const { cases, clock, settings, identity } = needs;
  const found = await cases.find(caseId);
  if (found === undefined) return refused('case-unknown');
  if (!moveOf(verdict).from.includes(found.state)) return refused('verdict-not-here');
  const expiresMillis = clock.nowMillis() + settings.approvalHours * HOUR_MILLIS;
  const approval = unsignedVerdict(found, verdict, selfOf(needs), { random: identity.random, expiresMillis });
  await cases.prepareVerdict(caseId, verdict, encode(Approval, approval), expiresMillis);
  return approval;
}

async function submitVerdict(
  caseId: Uint8Array,
  approval: Approval,
  needs: DeskNeeds,
): Promise<CaseView | Refused<OperatorRefusal>> {
  const { cases, clock, operators, settings, log } = needs;
  const { action: verdict } = approval.scope.value;
  const prepared = isVerdict(verdict) ? await cases.preparedVerdict(caseId, verdict) : undefined;
  if (!isVerdict(verdict) || prepared === undefined) return refused('approval-unknown');
  if (Buffer.compare(decode(Approval, prepared).scope.bytes, approval.scope.bytes) !== 0)
    return refused('approval-unknown');
  const nowMillis = clock.nowMillis();
  // Used up by the case's move: a prepared verdict is signed once.
  const rules = { action: verdict, self: selfOf(needs), operators, nowMillis, useOnce: async () => true };
  const checked = await checkApproval(approval, rules);
  if (isRefused(checked)) return checked;
  const eraseMillis = nowMillis + settings.evidenceDays * DAY_MILLIS;
  const taken = { approval: encode(Approval, approval), nowMillis, eraseMillis };
  if (!(await cases.takeVerdict(caseId, verdict, taken))) return refused('verdict-not-here');
  log.info('case.verdict', { verdict });
  return viewOf(caseId, needs);
}

/** The step whose prepared approval this is, with two known operators' signatures: what the addressee will ask too. */
async function signedStep(
  approval: Approval,
  stored: readonly StoredStep[],
  { operators, clock }: DeskNeeds,
): Promise<StepName | Refused<OperatorRefusal>> {
  const step = stored.find(
    (one) =>
      one.approval !== undefined &&
      one.answer === undefined &&
      Buffer.compare(decode(Approval, one.approval).scope.bytes, approval.scope.bytes) === 0,
  );
  if (step === undefined) return refused('approval-unknown');
  const { action } = aboutStep(step.step);
  const checked = await checkApproval(approval, {
    action,
    self: approval.scope.value.addressee,
    operators,
    nowMillis: clock.nowMillis(),
    // Used up at the addressee, not here.
    useOnce: async () => true,
  });
  return isRefused(checked) ? checked : step.step;
}
