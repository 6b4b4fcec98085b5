/** Applications in PostgreSQL: an act and its step of the audit are there together or not at all. */
import { In, type DataSource, type EntityManager } from 'typeorm';
import { Application, requestHash } from '#ceremony/reviewed-application.js';
import { isRefused } from '#credentials/refusal.js';
import type { Contact, OnboardingStore, Standing, Step } from '../domain/onboarding/onboarding.js';
import type { OnboardingState } from '../domain/onboarding/moves.js';
import { refuse } from '../domain/onboarding/refusal.js';
import { OnboardingEntity, OnboardingStepEntity } from './onboarding.entity.js';

const MOST_LISTED = 2000;
const WAITING: readonly OnboardingState[] = ['submitted', 'under-review'];

export function onboardingStore(dataSource: DataSource): OnboardingStore {
  return {
    add: (standing, mostOpen) =>
      dataSource.transaction(async (manager) => {
        if ((await manager.countBy(OnboardingEntity, { state: In([...WAITING]) })) >= mostOpen) return 'too-many-open';
        const inserted = await manager
          .createQueryBuilder()
          .insert()
          .into(OnboardingEntity)
          .values(rowOf(standing))
          .orIgnore()
          .returning('application_id')
          .execute();
        if ((inserted.raw as unknown[]).length === 0) return 'already-applied';
        await manager.insert(
          OnboardingStepEntity,
          standing.steps.map((step) => stepRow(standing, step)),
        );
        return 'added';
      }),
    find: (applicationId) => findOne(dataSource.manager, applicationId),
    async list(applicant) {
      const rows = await dataSource.getRepository(OnboardingEntity).find({
        where: applicant === undefined ? {} : { applicant },
        order: { changedMillis: 'DESC', applicationId: 'ASC' },
        take: MOST_LISTED,
      });
      return withSteps(dataSource.manager, rows);
    },
    change: (applicationId, decide) =>
      dataSource.transaction(async (manager) => {
        await manager.query('SELECT 1 FROM onboarding WHERE application_id = $1 FOR UPDATE', [applicationId]);
        const current = await findOne(manager, applicationId);
        if (current === undefined) return refuse('application-unknown');
        const next = await decide(current);
        if (isRefused(next)) return next;
        const { application: _, ...changed } = rowOf(next);
        await manager.update(OnboardingEntity, { applicationId }, changed);
        const added = next.steps.slice(current.steps.length).map((step) => stepRow(next, step));
        await manager.insert(OnboardingStepEntity, added);
        return next;
      }),
  };
}

async function findOne(manager: EntityManager, applicationId: string): Promise<Standing | undefined> {
  const row = await manager.findOneBy(OnboardingEntity, { applicationId });
  return row === null ? undefined : (await withSteps(manager, [row]))[0];
}

async function withSteps(manager: EntityManager, rows: readonly OnboardingEntity[]): Promise<Standing[]> {
  const ids = rows.map(({ applicationId }) => applicationId);
  const steps = await manager.find(OnboardingStepEntity, {
    where: { applicationId: In(ids) },
    order: { number: 'ASC' },
  });
  return rows.map((row) => ({
    application: Application.parse(JSON.parse(row.application)),
    contacts: row.contacts === null ? undefined : (JSON.parse(row.contacts) as Contact[]),
    state: row.state,
    certificate: row.certificate === null ? undefined : new Uint8Array(row.certificate),
    steps: steps.filter(({ applicationId }) => applicationId === row.applicationId).map(stepOf),
  }));
}

const stepOf = ({ number, atMillis, account, act, state, reason, signature }: OnboardingStepEntity): Step => ({
  ...{ number, account, act, state },
  atMillis: Number(atMillis),
  reason: reason ?? undefined,
  signature: signature ?? undefined,
});

const rowOf = ({ application, contacts, state, certificate, steps }: Standing): OnboardingEntity => ({
  applicationId: application.applicationId,
  applicant: application.applicant,
  application: JSON.stringify(application),
  requestHash: requestHash(application),
  contacts: contacts === undefined ? null : JSON.stringify(contacts),
  state,
  certificate: certificate === undefined ? null : Buffer.from(certificate),
  changedMillis: String(steps.at(-1)?.atMillis ?? 0),
});

const stepRow = ({ application }: Standing, step: Step): OnboardingStepEntity => ({
  ...step,
  applicationId: application.applicationId,
  atMillis: String(step.atMillis),
  reason: step.reason ?? null,
  signature: step.signature ?? null,
});
