/** Cases, their observations and steps, in PostgreSQL. */
import { Between, In, IsNull, LessThan, Like, MoreThan, Not, type DataSource, type EntityManager } from 'typeorm';
import type { Random } from '#crypto/random.js';
import type { CaseFacts, StepName } from '../domain/case-steps.js';
import { decide, type Circumstances, type FindingKind, type Voice } from '../domain/decide.js';
import type { Bucket } from '../domain/opinions.js';
import { moveOf, type Verdict } from '../domain/verdicts.js';
import { isSpoofingSuspected, SPOOFING_WINDOW_MILLIS, type Suspect } from '../domain/spoofing.js';
import type { Finding } from '../domain/strength.js';
import { CaseStepEntity } from './case-step.entity.js';
import { MisbehaviourCaseEntity, type CaseState } from './misbehaviour-case.entity.js';
import { ObservationEntity } from './observation.entity.js';
import { asNumber, endReport, noteContent, type SeenContent } from './report.store.js';

export interface StoredCase extends CaseFacts {
  readonly state: CaseState;
  readonly reason: string | null;
  readonly scl: number;
  readonly reporters: number;
  readonly unconfirmed: number;
  readonly witness: string | null;
  readonly crlNumber: number | null;
  readonly openedMillis: number;
}

export interface StoredStep {
  readonly step: StepName;
  readonly approval: Uint8Array | undefined;
  readonly isSigned: boolean;
  readonly expiresMillis: number;
  readonly attempts: number;
  readonly answer: Uint8Array | undefined;
}

/** What one looked-at report adds. */
export interface NewObservation {
  readonly receipt: Uint8Array;
  readonly content: SeenContent;
  readonly accused: Pick<CaseFacts, 'certificateHash' | 'iCert' | 'linkageValue'>;
  readonly handle: Uint8Array;
  readonly week: number;
  readonly bucket: string;
  /** Not confirmed: it only counts as such, and opens no case. */
  readonly finding: Finding;
  /** Sealed. */
  readonly evidence: Uint8Array;
}

/** `taken`: another worker ended the report first. */
export type Observed = 'counted' | 'unconfirmed' | 'duplicate' | 'taken';

export interface CaseRules {
  readonly random: Random;
  readonly minimumReporters: number;
  readonly nowMillis: number;
  /** When a case that is opened now is erased, unless its end says otherwise. */
  readonly eraseMillis: number;
}

/** What a decision follows from: voices of all weeks, with what each found. */
export interface CaseRecord {
  readonly voices: readonly (Voice & { readonly factor: number; readonly findings: readonly string[] })[];
  readonly circumstances: Omit<Circumstances, 'minimumReporters'>;
}

export interface CaseEnd {
  readonly state: 'REVOKED' | 'REFUSED' | 'DISMISSED';
  readonly reason: string | null;
  readonly crlNumber?: number;
  readonly nowMillis: number;
  readonly eraseMillis: number;
}

export interface TakenVerdict {
  readonly approval: Uint8Array;
  readonly nowMillis: number;
  readonly eraseMillis: number;
}

export interface CaseStore {
  /** Ends the report, adds to its case or opens one, and decides anew: all or nothing. */
  observe(observation: NewObservation, rules: CaseRules): Promise<Observed>;
  all(): Promise<StoredCase[]>;
  find(id: Uint8Array): Promise<StoredCase | undefined>;
  findings(id: Uint8Array): Promise<string[]>;
  /** Voices and circumstances as they are now; no voices when the evidence was erased. */
  record(id: Uint8Array, nowMillis: number): Promise<CaseRecord>;
  inState(...states: CaseState[]): Promise<StoredCase[]>;
  /** Moves a case on when it is in one of `from`; false when it is not. */
  move(id: Uint8Array, from: readonly CaseState[], to: CaseState, reason?: string | null): Promise<boolean>;
  noteWitness(id: Uint8Array, witness: string): Promise<void>;
  /** Of the way of a case; verdicts are none of them. */
  steps(id: Uint8Array): Promise<StoredStep[]>;
  /** Puts an unsigned verdict in the place of the last one of its kind. */
  prepareVerdict(id: Uint8Array, verdict: Verdict, approval: Uint8Array, expiresMillis: number): Promise<void>;
  /** The prepared verdict that was not signed yet. */
  preparedVerdict(id: Uint8Array, verdict: Verdict): Promise<Uint8Array | undefined>;
  /** Takes a signed verdict once and moves the case; false when the case is not where the verdict follows from. */
  takeVerdict(id: Uint8Array, verdict: Verdict, taken: TakenVerdict): Promise<boolean>;
  /** Puts an unsigned approval in the place of a step that has no answer. */
  prepareStep(id: Uint8Array, step: StepName, approval: Uint8Array, expiresMillis: number): Promise<void>;
  /** Adds steps without approvals. */
  addSteps(id: Uint8Array, steps: readonly StepName[]): Promise<void>;
  signSteps(id: Uint8Array, signed: readonly { step: StepName; approval: Uint8Array }[]): Promise<void>;
  /** Takes the approval of a step away: it is used up or expired and has no answer. */
  dropApproval(id: Uint8Array, step: StepName): Promise<void>;
  noteAttempt(id: Uint8Array, step: StepName): Promise<void>;
  storeAnswer(id: Uint8Array, step: StepName, answer: Uint8Array): Promise<void>;
  /**
   * Ends the case; the answers of its steps are erased with it. False, and nothing changed, when it is not where this end
   * follows from: another worker ended it first, or a report came that keeps it open.
   */
  close(id: Uint8Array, end: CaseEnd): Promise<boolean>;
  /** Erases observations and evidence of cases whose time has come; how many cases. */
  eraseEvidence(nowMillis: number): Promise<number>;
}

const OPEN: readonly CaseState[] = ['INVESTIGATING', 'FAULT_WARN', 'PENDING_APPROVAL'];

export function caseStore(dataSource: DataSource): CaseStore {
  const cases = dataSource.getRepository(MisbehaviourCaseEntity);
  const steps = dataSource.getRepository(CaseStepEntity);
  const prepareStep = async (
    key: { caseId: Buffer; step: string },
    approval: Uint8Array,
    expiresMillis: number,
  ): Promise<void> => {
    const values = { ...key, approval: Buffer.from(approval), isSigned: false, expiresMillis: asNumber(expiresMillis) };
    await steps
      .createQueryBuilder()
      .insert()
      .values({ ...values, attempts: 0, answer: null })
      .orUpdate(['approval', 'is_signed', 'expires_millis', 'attempts'], ['case_id', 'step'])
      .execute();
  };
  const at = (id: Uint8Array, step: StepName): { caseId: Buffer; step: string } => ({ caseId: Buffer.from(id), step });
  return {
    observe: (observation, rules) => observeOnce(dataSource, observation, rules),
    all: async () => (await cases.find({ order: { openedMillis: 'ASC', id: 'ASC' } })).map(storedCase),
    async find(id) {
      const row = await cases.findOneBy({ id: Buffer.from(id) });
      return row === null ? undefined : storedCase(row);
    },
    async findings(id) {
      const rows = await dataSource
        .getRepository(ObservationEntity)
        .find({ select: { caseId: true, handle: true, findings: true }, where: { caseId: Buffer.from(id) } });
      return [...new Set(rows.flatMap(({ findings }) => findings.split(' ')))].sort();
    },
    record: (id, nowMillis) => recordOf(dataSource.manager, Buffer.from(id), nowMillis),
    inState: async (...states) => (await cases.findBy({ state: In(states) })).map(storedCase),
    async move(id, from, to, reason = null) {
      const moved = await cases.update({ id: Buffer.from(id), state: In([...from]) }, { state: to, reason });
      return moved.affected === 1;
    },
    noteWitness: async (id, witness) => void (await cases.update({ id: Buffer.from(id) }, { witness })),
    steps: async (id) =>
      (await steps.findBy({ caseId: Buffer.from(id), step: Not(Like('verdict-%')) })).map(storedStep),
    prepareStep: (id, step, approval, expiresMillis) => prepareStep(at(id, step), approval, expiresMillis),
    prepareVerdict: (id, verdict, approval, expiresMillis) =>
      prepareStep(verdictAt(id, verdict), approval, expiresMillis),
    async preparedVerdict(id, verdict) {
      const { approval = null } = (await steps.findOneBy({ ...verdictAt(id, verdict), isSigned: false })) ?? {};
      return approval === null ? undefined : new Uint8Array(approval);
    },
    takeVerdict: (id, verdict, taken) =>
      dataSource.transaction((manager) => takeVerdict(manager, Buffer.from(id), verdict, taken)),
    async addSteps(id, names) {
      const rows = names.map((step) => ({ ...at(id, step), ...NOTHING_YET }));
      if (rows.length > 0) await steps.createQueryBuilder().insert().values(rows).orIgnore().execute();
    },
    signSteps: (id, signed) =>
      dataSource.transaction(async (manager) => {
        for (const { step, approval } of signed) {
          await manager.update(CaseStepEntity, at(id, step), { approval: Buffer.from(approval), isSigned: true });
        }
      }),
    async dropApproval(id, step) {
      await steps.update(at(id, step), { approval: null, isSigned: false, expiresMillis: null, attempts: 0 });
    },
    noteAttempt: async (id, step) => void (await steps.increment(at(id, step), 'attempts', 1)),
    async storeAnswer(id, step, answer) {
      await steps.update({ ...at(id, step), answer: IsNull() }, { answer: Buffer.from(answer) });
    },
    close: (id, end) => dataSource.transaction((manager) => close(manager, id, end)),
    eraseEvidence: (nowMillis) => dataSource.transaction((manager) => eraseEvidence(manager, nowMillis)),
  };
}

const verdictAt = (id: Uint8Array, verdict: Verdict): { caseId: Buffer; step: string } => ({
  caseId: Buffer.from(id),
  step: `verdict-${verdict}`,
});

async function takeVerdict(
  manager: EntityManager,
  id: Buffer,
  verdict: Verdict,
  { approval, nowMillis, eraseMillis }: TakenVerdict,
): Promise<boolean> {
  const { from, to, reason } = moveOf(verdict);
  const moved = await manager.update(
    MisbehaviourCaseEntity,
    { id, state: In([...from]) },
    { state: to, reason, closedMillis: asNumber(nowMillis), eraseMillis: asNumber(eraseMillis) },
  );
  if (moved.affected !== 1) return false;
  await manager.update(CaseStepEntity, verdictAt(id, verdict), { approval: Buffer.from(approval), isSigned: true });
  return true;
}

const NOTHING_YET = { approval: null, isSigned: false, expiresMillis: null, attempts: 0, answer: null };

function storedCase(row: MisbehaviourCaseEntity): StoredCase {
  const { iCert, state, reason, scl, reporters, unconfirmed, witness, crlNumber } = row;
  return {
    id: new Uint8Array(row.id),
    salt: new Uint8Array(row.salt),
    certificateHash: new Uint8Array(row.certificateHash),
    linkageValue: new Uint8Array(row.linkageValue),
    openedMillis: Number(row.openedMillis),
    ...{ iCert, state, reason, scl, reporters, unconfirmed, witness, crlNumber },
  };
}

const storedStep = (row: CaseStepEntity): StoredStep => ({
  step: row.step as StepName,
  approval: row.approval === null ? undefined : new Uint8Array(row.approval),
  isSigned: row.isSigned,
  expiresMillis: Number(row.expiresMillis ?? 0),
  attempts: row.attempts,
  answer: row.answer === null ? undefined : new Uint8Array(row.answer),
});

/** Ends a transaction that is to leave nothing behind. */
class AnotherWasFirst extends Error {}

async function observeOnce(dataSource: DataSource, observation: NewObservation, rules: CaseRules): Promise<Observed> {
  try {
    return await dataSource.transaction((manager) => observe(manager, observation, rules));
  } catch (error) {
    if (error instanceof AnotherWasFirst) return 'taken';
    throw error;
  }
}

async function observe(manager: EntityManager, observation: NewObservation, rules: CaseRules): Promise<Observed> {
  if (!(await noteContent(manager, observation.content))) return 'duplicate';
  const state = observation.finding.isConfirmed ? 'counted' : 'unconfirmed';
  if (!(await endReport(manager, observation.receipt, { state })))
    throw new AnotherWasFirst('the report was looked at');
  const key = { certificateHash: Buffer.from(observation.accused.certificateHash) };
  if (state === 'unconfirmed') {
    await manager.increment(MisbehaviourCaseEntity, key, 'unconfirmed', 1);
    return state;
  }
  await openCase(manager, observation, rules);
  const found = await manager.findOneOrFail(MisbehaviourCaseEntity, {
    where: key,
    lock: { mode: 'pessimistic_write' },
  });
  // What is approved or ended is not argued any more.
  if (OPEN.includes(found.state)) await addVote(manager, found, observation, rules);
  return state;
}

async function openCase(
  manager: EntityManager,
  { accused }: NewObservation,
  { random, nowMillis, eraseMillis }: CaseRules,
): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(MisbehaviourCaseEntity)
    .values({
      id: Buffer.from(random.bytes(16)),
      salt: Buffer.from(random.bytes(16)),
      certificateHash: Buffer.from(accused.certificateHash),
      iCert: accused.iCert,
      linkageValue: Buffer.from(accused.linkageValue),
      ...{ state: 'INVESTIGATING', reason: null, scl: 0, reporters: 0, unconfirmed: 0 },
      openedMillis: asNumber(nowMillis),
      eraseMillis: asNumber(eraseMillis),
    })
    .orIgnore()
    .execute();
}

async function addVote(
  manager: EntityManager,
  found: MisbehaviourCaseEntity,
  { handle, week, bucket, finding, evidence }: NewObservation,
  { minimumReporters, nowMillis }: CaseRules,
): Promise<void> {
  const key = { caseId: found.id, handle: Buffer.from(handle) };
  const { strength, factor, kind, area } = finding;
  const earlier = await manager.findOneBy(ObservationEntity, key);
  // One voice a handle: its strongest.
  if (earlier === null || earlier.strength < strength) {
    const findings = finding.observations.join(' ');
    const place = { kind, area, atMillis: asNumber(finding.atMillis), bearing: finding.bearingDegrees ?? null };
    const row = { ...key, ...place, week, bucket, strength, factor, findings, evidence: Buffer.from(evidence) };
    await manager.save(ObservationEntity, row);
  }
  const { voices, circumstances } = await recordOf(manager, Buffer.from(found.id), nowMillis);
  const { state, reason, weighing } = decide(voices, { ...circumstances, minimumReporters });
  const { scl = 0, reporters = 0 } = weighing ?? {};
  // A case that was put before the operators stays there: later evidence can only add.
  const isWithPeople = found.state === 'PENDING_APPROVAL' && state !== 'PENDING_APPROVAL';
  const next = isWithPeople ? { state: found.state, reason: found.reason } : { state, reason };
  await manager.update(MisbehaviourCaseEntity, { id: found.id }, { ...next, scl, reporters });
}

/** All columns but the evidence, which is large and says nothing while it is sealed. */
const FACTS = {
  ...{ caseId: true, handle: true, week: true, bucket: true, strength: true, factor: true },
  ...{ findings: true, kind: true, atMillis: true, area: true, bearing: true },
} as const;

async function recordOf(manager: EntityManager, caseId: Buffer, nowMillis: number): Promise<CaseRecord> {
  const rows = await manager.find(ObservationEntity, { select: FACTS, where: { caseId }, order: { handle: 'ASC' } });
  const voices = rows.map((row) => ({
    handle: Buffer.from(row.handle).toString('hex'),
    week: row.week,
    bucket: row.bucket as Bucket,
    strength: row.strength,
    kind: row.kind as FindingKind,
    atMillis: Number(row.atMillis),
    area: row.area,
    factor: row.factor,
    findings: row.findings.split(' '),
  }));
  const isSuspected = await isSpoofingAround(manager, rows);
  const refutedShare = await refutedShareOf(manager, nowMillis);
  return { voices, circumstances: { refutedShare, isSpoofingSuspected: isSuspected } };
}

const suspectOf = ({ caseId, atMillis, area, bearing }: ObservationEntity): Suspect[] =>
  bearing === null
    ? []
    : [
        {
          device: Buffer.from(caseId).toString('hex'),
          atMillis: Number(atMillis),
          area,
          bearingDegrees: bearing,
        },
      ];

/** Whether any observation of the case was made where and when many others err the same way. */
async function isSpoofingAround(manager: EntityManager, rows: readonly ObservationEntity[]): Promise<boolean> {
  // Voices of one square and one stretch of time ask the same question.
  const places = new Map(
    rows
      .flatMap(suspectOf)
      .map((one) => [`${one.area} ${String(Math.floor(one.atMillis / SPOOFING_WINDOW_MILLIS))}`, one]),
  );
  for (const suspect of places.values()) {
    const [from, until] = [suspect.atMillis - SPOOFING_WINDOW_MILLIS, suspect.atMillis + SPOOFING_WINDOW_MILLIS];
    const around = await manager.find(ObservationEntity, {
      select: FACTS,
      where: { atMillis: Between(asNumber(from), asNumber(until)), bearing: Not(IsNull()) },
      order: { atMillis: 'ASC' },
      take: MOST_AROUND,
    });
    if (isSpoofingSuspected(suspect, around.flatMap(suspectOf))) return true;
  }
  return false;
}

/** So many observations of one moment are looked at: more are an incident whatever they say. */
const MOST_AROUND = 2_000;
const FEEDBACK_MILLIS = 30 * 86_400_000;

/** Of the cases that ended in the last 30 days with a device revoked or the suspicion refuted. */
async function refutedShareOf(manager: EntityManager, nowMillis: number): Promise<number> {
  const closedMillis = MoreThan(asNumber(nowMillis - FEEDBACK_MILLIS));
  const count = (where: { state: CaseState; reason?: string }): Promise<number> =>
    manager.count(MisbehaviourCaseEntity, { where: { ...where, closedMillis } });
  const { to, reason } = moveOf('refute');
  const refuted = (await count({ state: to, reason })) + (await count({ state: moveOf('reinstate').to }));
  return refuted === 0 ? 0 : refuted / (refuted + (await count({ state: 'REVOKED' })));
}

const ENDS_FROM: Readonly<Record<CaseEnd['state'], readonly CaseState[]>> = {
  REVOKED: ['RESOLVING'],
  REFUSED: ['RESOLVING'],
  DISMISSED: ['INVESTIGATING', 'FAULT_WARN'],
};

async function close(manager: EntityManager, id: Uint8Array, end: CaseEnd): Promise<boolean> {
  const closed = await manager.update(
    MisbehaviourCaseEntity,
    { id: Buffer.from(id), state: In([...ENDS_FROM[end.state]]) },
    {
      state: end.state,
      reason: end.reason,
      crlNumber: end.crlNumber ?? null,
      closedMillis: asNumber(end.nowMillis),
      eraseMillis: asNumber(end.eraseMillis),
    },
  );
  if (closed.affected !== 1) return false;
  await manager.update(CaseStepEntity, { caseId: Buffer.from(id) }, { answer: null });
  return true;
}

async function eraseEvidence(manager: EntityManager, nowMillis: number): Promise<number> {
  const due = await manager.findBy(MisbehaviourCaseEntity, {
    eraseMillis: LessThan(asNumber(nowMillis)),
    // Two people have decided: their case has its end, and then its own date.
    state: Not(In(['APPROVED', 'RESOLVING'])),
  });
  if (due.length === 0) return 0;
  const ids = due.map(({ id }) => id);
  await manager.delete(ObservationEntity, { caseId: In(ids) });
  await manager.update(MisbehaviourCaseEntity, { id: In(ids) }, { eraseMillis: null });
  // Without its evidence nobody can judge a case any more.
  await manager.update(
    MisbehaviourCaseEntity,
    { id: In(ids), state: In([...OPEN]) },
    { state: 'DISMISSED', reason: 'evidence-erased', closedMillis: asNumber(nowMillis) },
  );
  return due.length;
}
