/** Which key an OAuth token was used for: the primary key decides who was first. */
import type { DataSource } from 'typeorm';
import type { TokenUse } from '../domain/authorise.js';
import { UsedTokenEntity } from './used-token.entity.js';

/** Notes a use; false when the token was used for another key. Erases those that have expired. */
export async function useToken(dataSource: DataSource, use: TokenUse, nowMillis: number): Promise<boolean> {
  const rows = dataSource.getRepository(UsedTokenEntity);
  await dataSource.query('DELETE FROM used_token WHERE expires_millis < $1', [Math.floor(nowMillis)]);
  const tokenHash = Buffer.from(use.tokenHash);
  const row = { tokenHash, keyHash: Buffer.from(use.keyHash), expiresMillis: String(Math.ceil(use.expiresMillis)) };
  await rows.createQueryBuilder().insert().values(row).orIgnore().execute();
  const { keyHash } = await rows.findOneByOrFail({ tokenHash });
  return Buffer.compare(keyHash, use.keyHash) === 0;
}
