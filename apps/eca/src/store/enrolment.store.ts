/** Enrolments in PostgreSQL: the constraints decide who was first. */
import { IsNull, type DataSource, type EntityManager } from 'typeorm';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { EnrolmentStore, Intent, StoredEnrolment } from '../domain/enrol.js';
import { refuse } from '../domain/refusal.js';
import type { IssuedEnrolment } from '../domain/renew.js';
import { EnrolmentEntity } from './enrolment.entity.js';

export function enrolmentStore(dataSource: DataSource): EnrolmentStore {
  const rows = dataSource.getRepository(EnrolmentEntity);
  const ofRequest = async (requestHash: Uint8Array): Promise<StoredEnrolment | undefined> => {
    const row = await rows.findOneBy({ requestHash: Buffer.from(requestHash) });
    return row === null ? undefined : stored(row);
  };
  return {
    ofRequest,
    async ofKey(keyHash) {
      const row = await rows.findOneBy({ keyHash: Buffer.from(keyHash) });
      return row === null ? undefined : stored(row);
    },
    async intend(intent) {
      await rows.createQueryBuilder().insert().values(intentRow(intent)).orIgnore().execute();
      return ofRequest(intent.requestHash);
    },
    complete: (enrolment, issued) => dataSource.transaction((manager) => activate(manager, enrolment, issued)),
  };
}

/** The enrolment of a certificate (SM3, 32 bytes) that was issued here. */
export async function issuedEnrolment(
  dataSource: DataSource,
  certificateHash: Uint8Array,
): Promise<IssuedEnrolment | undefined> {
  const row = await dataSource
    .getRepository(EnrolmentEntity)
    .findOneBy({ certificateHash: Buffer.from(certificateHash) });
  if (row === null) return undefined;
  const { keyHash, isActive, stoppedMillis, createdMillis, expiresMillis } = row;
  return {
    keyHash: new Uint8Array(keyHash),
    isActive,
    isStopped: stoppedMillis !== null,
    createdMillis: Number(createdMillis),
    expiresMillis: Number(expiresMillis),
  };
}

const stored = ({
  stoppedMillis,
  requestHash,
  deviceIndex,
  tbs,
  createdMillis,
  answer,
}: EnrolmentEntity): StoredEnrolment => ({
  isStopped: stoppedMillis !== null,
  requestHash: new Uint8Array(requestHash),
  deviceIndex: new Uint8Array(deviceIndex),
  tbs: new Uint8Array(tbs),
  createdMillis: Number(createdMillis),
  answer: answer === null ? undefined : new Uint8Array(answer),
});

function intentRow(intent: Intent): EnrolmentEntity {
  return {
    requestHash: Buffer.from(intent.requestHash),
    keyHash: Buffer.from(intent.keyHash),
    deviceIndex: Buffer.from(intent.deviceIndex),
    tbs: Buffer.from(intent.tbs),
    certificate: null,
    certificateHash: null,
    answer: null,
    isActive: false,
    stoppedMillis: null,
    createdMillis: String(intent.createdMillis),
    expiresMillis: String(intent.expiresMillis),
  };
}

/** One device at a time; the lock ends with the transaction. */
export async function lockDevice(manager: EntityManager, deviceIndex: Uint8Array): Promise<void> {
  const key = Buffer.from(deviceIndex).readBigInt64BE().toString();
  await manager.query('SELECT pg_advisory_xact_lock($1)', [key]);
}

/** Under the device's lock; the unique index holds should it fail. */
async function activate(
  manager: EntityManager,
  { requestHash, deviceIndex }: StoredEnrolment,
  issued: { certificate: Uint8Array; certificateHash: Uint8Array; answer: Uint8Array },
): Promise<Uint8Array | Refused<'already-enrolled' | 'device-blocked'>> {
  await lockDevice(manager, deviceIndex);
  const mine = { requestHash: Buffer.from(requestHash) };
  const before = await manager.findOneByOrFail(EnrolmentEntity, mine);
  const blocked = await judgeStop(manager, before);
  if (isRefused(blocked)) return blocked;
  if (before.answer !== null) return new Uint8Array(before.answer);
  const active = await manager.findOneBy(EnrolmentEntity, { deviceIndex: Buffer.from(deviceIndex), isActive: true });
  if (active !== null && Number(active.createdMillis) > Number(before.createdMillis)) return refuse('already-enrolled');
  await manager.update(EnrolmentEntity, { deviceIndex: Buffer.from(deviceIndex), isActive: true }, { isActive: false });
  await manager.update(
    EnrolmentEntity,
    { ...mine, answer: IsNull() },
    {
      certificate: Buffer.from(issued.certificate),
      certificateHash: Buffer.from(issued.certificateHash),
      answer: Buffer.from(issued.answer),
      isActive: true,
    },
  );
  return issued.answer;
}

/**
 * Refuses an intent that was asked for before its device was stopped, or before the AAA had heard of it: then the AAA's word
 * is older than the stop. It is marked, so that no later try gets further.
 */
async function judgeStop(
  manager: EntityManager,
  { requestHash, deviceIndex, createdMillis, stoppedMillis }: EnrolmentEntity,
): Promise<Refused<'device-blocked'> | undefined> {
  const [stop]: { latest: string | null; is_owed: boolean }[] = await manager.query(
    `SELECT (SELECT max(stopped_millis) FROM enrolment WHERE device_index = $1) AS latest,
      EXISTS (SELECT 1 FROM suspension_outbox WHERE device_index = $1) AS is_owed`,
    [deviceIndex],
  );
  const latest = stop?.latest ?? null;
  if (latest === null || (stop?.is_owed !== true && Number(latest) < Number(createdMillis))) return undefined;
  if (stoppedMillis === null) await manager.update(EnrolmentEntity, { requestHash }, { stoppedMillis: latest });
  return refuse('device-blocked');
}
