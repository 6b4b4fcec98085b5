/** Devices that are stopped here, and what the AAA is owed of it. */
import { IsNull, MoreThan, Not, type DataSource, type EntityManager } from 'typeorm';
import { lockDevice } from './device-lock.js';
import { EnrolmentEntity } from './enrolment.entity.js';
import { SuspensionEntity } from './suspension.entity.js';

/** A certificate of a stopped device that has not ended. */
export interface Stopped {
  /** SM3, 32 bytes. */
  readonly certificateHash: Uint8Array;
  readonly expiresMillis: number;
}

export class StopStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stops the device of a certificate, with everything it was issued or promised so far, and owes the AAA the word. Told again
   * it changes nothing, also after the device came back with another certificate. `undefined` for a certificate not of ours.
   */
  stop(certificateHash: Uint8Array, nowMillis: number): Promise<Stopped[] | undefined> {
    return this.dataSource.transaction(async (manager) => {
      const which = { certificateHash: Buffer.from(certificateHash) };
      const named = await manager.findOneBy(EnrolmentEntity, which);
      if (named === null) return undefined;
      await lockDevice(manager, named.deviceIndex);
      const { stoppedMillis } = await manager.findOneByOrFail(EnrolmentEntity, which);
      if (stoppedMillis === null) await stopAll(manager, named, nowMillis);
      return unended(manager, named.deviceIndex, nowMillis);
    });
  }

  owed(nowMillis: number, limit: number): Promise<SuspensionEntity[]> {
    return this.dataSource
      .getRepository(SuspensionEntity)
      .createQueryBuilder('suspension')
      .where('suspension.due_millis <= :now', { now: Math.floor(nowMillis) })
      .orderBy('suspension.key_hash')
      .limit(limit)
      .getMany();
  }

  /** The AAA has suspended the device: what it allowed until this moment counts for nothing. */
  told({ keyHash, deviceIndex }: SuspensionEntity, nowMillis: number): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      await lockDevice(manager, deviceIndex);
      const which = { deviceIndex, stoppedMillis: Not(IsNull()) };
      await manager.update(EnrolmentEntity, which, { stoppedMillis: String(Math.floor(nowMillis)) });
      await manager.delete(SuspensionEntity, { keyHash });
    });
  }

  async postpone({ keyHash, attempts }: SuspensionEntity, dueMillis: number): Promise<void> {
    await this.dataSource
      .getRepository(SuspensionEntity)
      .update({ keyHash }, { attempts: attempts + 1, dueMillis: String(Math.floor(dueMillis)) });
  }
}

async function stopAll(
  manager: EntityManager,
  { deviceIndex, keyHash }: EnrolmentEntity,
  nowMillis: number,
): Promise<void> {
  const now = String(Math.floor(nowMillis));
  const good = { deviceIndex, stoppedMillis: IsNull() };
  await manager.update(EnrolmentEntity, good, { stoppedMillis: now, isActive: false });
  await manager.insert(SuspensionEntity, { keyHash: Buffer.from(keyHash), deviceIndex, attempts: 0, dueMillis: now });
}

async function unended(
  manager: EntityManager,
  deviceIndex: EnrolmentEntity['deviceIndex'],
  nowMillis: number,
): Promise<Stopped[]> {
  const rows = await manager.findBy(EnrolmentEntity, {
    deviceIndex,
    stoppedMillis: Not(IsNull()),
    certificateHash: Not(IsNull()),
    expiresMillis: MoreThan(String(Math.floor(nowMillis))),
  });
  return rows.flatMap(({ certificateHash, expiresMillis }) =>
    certificateHash === null
      ? []
      : [{ certificateHash: new Uint8Array(certificateHash), expiresMillis: Number(expiresMillis) }],
  );
}
