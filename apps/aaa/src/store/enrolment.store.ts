/** The claim of a release: one transaction over the locked record of the device; the constraints decide who was first. */
import { encode, decode } from '#coer/codec.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import type { DataSource, EntityManager } from 'typeorm';
import type { Claim, Judge, ProvenDevice, Registry } from '../domain/authorise.js';
import type { DeviceRecord, Judgement, PastEnrolment } from '../domain/judge-enrolment.js';
import { standingAfter } from '../domain/device-state.js';
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
      renewal: outcome.renewal,
      isStopped: false,
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

function pastEnrolment({ allowed, ...row }: EnrolmentEntity): PastEnrolment {
  const { release, renewal, isStopped, requestHash, keyHash, ecaId } = row;
  const was = decode(EnrolmentAllowed, new Uint8Array(allowed));
  return { release, renewal, isStopped, requestHash, keyHash, ecaId, allowed: was };
}

/** The device to which a key was granted. */
export async function deviceOfKey(manager: EntityManager, keyHash: Uint8Array): Promise<ProvenDevice | undefined> {
  const row = await manager.findOneBy(EnrolmentEntity, { keyHash: Buffer.from(keyHash) });
  if (row === null) return undefined;
  const bySerial = await manager.existsBy(DeviceEntity, { deviceId: row.deviceId });
  return { table: bySerial ? 'device' : 'x509_subject', deviceId: new Uint8Array(row.deviceId) };
}

/** Suspends the device of a key, once a key; a device that is retired or revoked stays so. False when there is none. */
export function suspendOfKey(dataSource: DataSource, keyHash: Uint8Array): Promise<boolean> {
  return dataSource.transaction(async (manager) => {
    const device = await deviceOfKey(manager, keyHash);
    if (device === undefined) return false;
    const record = await lockedRecord(manager, device);
    const deviceId = Buffer.from(device.deviceId);
    // Read under the lock: told twice at once, it is done once.
    const { isStopped } = await manager.findOneByOrFail(EnrolmentEntity, { keyHash: Buffer.from(keyHash) });
    if (isStopped) return true;
    await manager.update(EnrolmentEntity, { deviceId }, { isStopped: true });
    const next = standingAfter(record, 'suspend');
    if (!isRefused(next)) await manager.update(entityOf(device), { deviceId }, { state: next.state });
    return true;
  });
}
