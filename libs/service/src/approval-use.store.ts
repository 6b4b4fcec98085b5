/** UseOnce in a table: the primary key decides who came first. */
import { LessThan, type DataSource } from 'typeorm';
import type { UseOnce } from '#credentials/approval.js';
import { ApprovalUseEntity } from './approval-use.entity.js';

export function useApprovalOnce(dataSource: DataSource): UseOnce {
  return async (nonceHash, expiresMillis) => {
    const inserted = await dataSource
      .createQueryBuilder()
      .insert()
      .into(ApprovalUseEntity)
      .values({ nonceHash: Buffer.from(nonceHash), expiresMillis: String(Math.ceil(expiresMillis)) })
      .orIgnore()
      .returning('nonce_hash')
      .execute();
    return (inserted.raw as unknown[]).length === 1;
  };
}

/** Erases what has expired. */
export async function forgetExpiredApprovals(dataSource: DataSource, nowMillis: number): Promise<void> {
  await dataSource.getRepository(ApprovalUseEntity).delete({ expiresMillis: LessThan(String(Math.floor(nowMillis))) });
}
