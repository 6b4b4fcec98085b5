/** Which blocked certificates ECA and ARA have not been told yet, and what the ECA answers. */
import type { DataSource } from 'typeorm';
import { BlacklistEntity, StopOutboxEntity } from './blacklist.entity.js';
import { block } from './blacklist.store.js';
import { lockPool } from './transaction.js';

/** A certificate of the same device, as the ECA names it. */
export interface AlsoStopped {
  /** SM3 of the certificate, 32 bytes. */
  readonly ecHash: Uint8Array;
  readonly untilMillis: number;
}

export class StopStore {
  constructor(private readonly dataSource: DataSource) {}

  /** What is owed and due; hashes have no order that tells anything. */
  owed(nowMillis: number, limit: number): Promise<StopOutboxEntity[]> {
    return this.dataSource
      .getRepository(StopOutboxEntity)
      .createQueryBuilder('stop')
      .where('stop.due_millis <= :now', { now: Math.floor(nowMillis) })
      .orderBy('stop.ec_hash')
      .limit(limit)
      .getMany();
  }

  /** The addressee has it. The other certificates of the device are blocked in the same case; of those the ARA is told too. */
  told({ ecHash, addressee }: StopOutboxEntity, others: readonly AlsoStopped[], nowMillis: number): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      if (others.length > 0) {
        await lockPool(manager);
        const { caseId } = await manager.findOneByOrFail(BlacklistEntity, { ecHash });
        for (const other of others) await block(manager, other, { caseId, nowMillis, tell: ['ara'] });
      }
      await manager.delete(StopOutboxEntity, { ecHash, addressee });
    });
  }

  async postpone({ ecHash, addressee, attempts }: StopOutboxEntity, dueMillis: number): Promise<void> {
    await this.dataSource
      .getRepository(StopOutboxEntity)
      .update({ ecHash, addressee }, { attempts: attempts + 1, dueMillis: String(Math.floor(dueMillis)) });
  }
}
