/** The claim of a release: one transaction over the locked record of the device; the constraints decide who was first. */
import { encode, decode } from '#coer/codec.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import type { DataSource, EntityManager } from 'typeorm';
import type { Claim, Judge, ProvenDevice, Registry } from '../domain/authorise.js';
import type { DeviceRecord, Judgement, PastEnrolment } from '../domain/judge-enrolment.js';
import { refuse, type EnrolmentRefusal } from '../domain/refusal.js';
import { Rights } from '../domain/rights.js';
import { DeviceEntity } from './device.entity.js';
import { EnrolmentEntity } from './enrolment.entity.js';
import { X509IssuerEntity } from './x509-issuer.entity.js';
import { X509SubjectEntity } from './x509-subject.entity.js';

export function claimEnrolment(dataSource: DataSource, nowMillis: () => number): Registry['claim'] {
  return (device, request, judge) =>
    dataSource.transaction((manager) => claimLocked(manager, device, request, judge, nowMillis()));
}

async function claimLocked(
  manager: EntityManager,
  proven: ProvenDevice,
  request: Claim,
  judge: Judge,
  nowMillis: number,
): Promise<Judgement | Refused<EnrolmentRefusal>> {
  const deviceId = Buffer.from(proven.deviceId);
  const record = await lockedRecord(manager, proven);
  const rows = await manager.find(EnrolmentEntity, { where: { deviceId } });
  const outcome = judge(record, rows.map(pastEnrolment));
  if (isRefused(outcome) || outcome.kind === 'repeated') return outcome;
  const stored = await manager
    .createQueryBuilder()
    .insert()
    .into(EnrolmentEntity)
    .values({
      deviceId,
      release: outcome.release,
      requestHash: Buffer.from(request.requestHash),
      keyHash: Buffer.from(request.keyHash),
      ecaId: Buffer.from(request.ecaId),
      allowed: Buffer.from(encode(EnrolmentAllowed, outcome.allowed)),
      allowedMillis: String(nowMillis),
    })
    .orIgnore()
    .returning('release')
    .execute();
  // The device's own rows are locked, so what stands in the way is another device's key or request.
  if ((stored.raw as unknown[]).length === 0) return refuse('key-already-certified');
  await manager.update(entityOf(proven), { deviceId }, { state: 'enrolled' });
  return outcome;
}

const entityOf = (proven: ProvenDevice): typeof DeviceEntity | typeof X509SubjectEntity =>
  proven.table === 'device' ? DeviceEntity : X509SubjectEntity;

async function lockedRecord(manager: EntityManager, proven: ProvenDevice): Promise<DeviceRecord> {
  const where = { deviceId: Buffer.from(proven.deviceId) };
  const lock = { mode: 'pessimistic_write' } as const;
  if (proven.table === 'device') {
    const { rights, ...device } = await manager.findOneOrFail(DeviceEntity, { where, lock });
    return { ...device, rights: rights === null ? undefined : decode(Rights, new Uint8Array(rights)) };
  }
  const subject = await manager.findOneOrFail(X509SubjectEntity, { where, lock });
  const issuer = await manager.findOneByOrFail(X509IssuerEntity, { issuerId: subject.issuerId });
  const { deviceId, state, releases } = subject;
  return { deviceId, state, releases, allowedAids: issuer.allowedAids, country: issuer.country, rights: undefined };
}

function pastEnrolment({ release, requestHash, keyHash, ecaId, allowed }: EnrolmentEntity): PastEnrolment {
  return { release, requestHash, keyHash, ecaId, allowed: decode(EnrolmentAllowed, new Uint8Array(allowed)) };
}
