/** ReplayMemory in a table: the primary key decides who came first. */
import { LessThan, type DataSource } from 'typeorm';
import type { ReplayMemory } from '#edge/replay-memory.js';
import { LineReplayEntity } from './line-replay.entity.js';

const SWEEP_EVERY = 500;

export function lineReplayStore(dataSource: DataSource): ReplayMemory {
  const rows = dataSource.getRepository(LineReplayEntity);
  let calls = 0;
  return {
    async noteFirst(hash, nowMillis, expiresMillis) {
      if (calls++ % SWEEP_EVERY === 0) await rows.delete({ expiresMillis: LessThan(String(Math.floor(nowMillis))) });
      const inserted = await rows
        .createQueryBuilder()
        .insert()
        .values({ hash: Buffer.from(hash), expiresMillis: String(Math.ceil(expiresMillis)) })
        .orIgnore()
        .returning('hash')
        .execute();
      return (inserted.raw as unknown[]).length === 1;
    },
  };
}
