/** Enrolments in PostgreSQL: the constraints decide who was first. */
import { IsNull, type DataSource, type EntityManager } from 'typeorm';
import type { EnrolmentStore, Intent, StoredEnrolment } from '../domain/enrol.js';
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

const stored = ({ requestHash, deviceIndex, tbs, createdMillis, answer }: EnrolmentEntity): StoredEnrolment => ({
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
    createdMillis: String(intent.createdMillis),
    expiresMillis: String(intent.expiresMillis),
  };
}

/** One device at a time: the lock ends with the transaction, and the unique index holds should it fail. */
async function activate(
  manager: EntityManager,
  { requestHash, deviceIndex }: StoredEnrolment,
  issued: { certificate: Uint8Array; certificateHash: Uint8Array; answer: Uint8Array },
): Promise<Uint8Array | undefined> {
  const key = Buffer.from(deviceIndex).readBigInt64BE().toString();
  await manager.query('SELECT pg_advisory_xact_lock($1)', [key]);
  const mine = { requestHash: Buffer.from(requestHash) };
  const before = await manager.findOneByOrFail(EnrolmentEntity, mine);
  if (before.answer !== null) return new Uint8Array(before.answer);
  const active = await manager.findOneBy(EnrolmentEntity, { deviceIndex: Buffer.from(deviceIndex), isActive: true });
  if (active !== null && Number(active.createdMillis) > Number(before.createdMillis)) return undefined;
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
