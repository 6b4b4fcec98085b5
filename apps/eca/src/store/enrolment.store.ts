/** Enrolments in PostgreSQL: the constraints decide who was first. */
import { IsNull, type DataSource, type EntityManager } from 'typeorm';
import type { Refused } from '#credentials/refusal.js';
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
      const insert = rows.createQueryBuilder().insert().values(intentRow(intent)).orIgnore();
      const inserted = await insert.returning('request_hash').execute();
      // What stands in the way is this request, sent twice at once, or its key.
      const isFirst = (inserted.raw as unknown[]).length === 1;
      return isFirst ? { ...intent, answer: undefined, isStopped: false } : ofRequest(intent.requestHash);
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

/** How an intent and its device stand, under the device's lock. */
interface Standing {
  readonly answer: Buffer | null;
  readonly created_millis: string;
  readonly stopped_millis: string | null;
  /** When the device was last stopped. */
  readonly latest_stop: string | null;
  /** Whether the AAA has not heard of it yet. */
  readonly is_owed: boolean;
  /** Of the certificate that is active now. */
  readonly active_created: string | null;
}

/** Under the device's lock; the unique index holds should it fail. */
async function activate(
  manager: EntityManager,
  { requestHash, deviceIndex }: StoredEnrolment,
  issued: { certificate: Uint8Array; certificateHash: Uint8Array; answer: Uint8Array },
): Promise<Uint8Array | Refused<'already-enrolled' | 'device-blocked'>> {
  await lockDevice(manager, deviceIndex);
  const [mine, device] = [Buffer.from(requestHash), Buffer.from(deviceIndex)];
  // A statement of its own, so that it sees what was committed before the lock was given.
  const [standing]: [Standing] = await manager.query(
    `SELECT answer, created_millis, stopped_millis,
      (SELECT max(stopped_millis) FROM enrolment WHERE device_index = $2) AS latest_stop,
      EXISTS (SELECT 1 FROM suspension_outbox WHERE device_index = $2) AS is_owed,
      (SELECT created_millis FROM enrolment WHERE device_index = $2 AND is_active) AS active_created
      FROM enrolment WHERE request_hash = $1`,
    [mine, device],
  );
  if (isBlocked(standing)) {
    // Marked, so that no later try gets further.
    if (standing.stopped_millis === null)
      await manager.update(EnrolmentEntity, { requestHash: mine }, { stoppedMillis: standing.latest_stop });
    return refuse('device-blocked');
  }
  if (standing.answer !== null) return new Uint8Array(standing.answer);
  const { active_created: active, created_millis: created } = standing;
  if (active !== null && Number(active) > Number(created)) return refuse('already-enrolled');
  if (active !== null)
    await manager.update(EnrolmentEntity, { deviceIndex: device, isActive: true }, { isActive: false });
  await manager.update(
    EnrolmentEntity,
    { requestHash: mine, answer: IsNull() },
    {
      certificate: Buffer.from(issued.certificate),
      certificateHash: Buffer.from(issued.certificateHash),
      answer: Buffer.from(issued.answer),
      isActive: true,
    },
  );
  return issued.answer;
}

/** Stopped itself, or asked for before its device was stopped or the AAA had heard of it: the AAA's word is older than the stop. */
const isBlocked = ({
  stopped_millis: own,
  latest_stop: latest,
  is_owed: isOwed,
  created_millis: created,
}: Standing): boolean => own !== null || (latest !== null && (isOwed || Number(latest) >= Number(created)));
