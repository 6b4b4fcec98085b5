/** The published lists in PostgreSQL; what is served stands in the log, by one and the same transaction. */
import type { DataSource, EntityManager } from 'typeorm';
import { describeKept, type ListKind, type PublishedList } from '../domain/published-list.js';
import { refuse, type TcmfRefused } from '../domain/refusal.js';
import { leavesOf } from '../domain/logged-lists.js';
import { appendLeaves } from './log.store.js';
import { PublishedListEntity } from './published-list.entity.js';

export interface PublishedListStore {
  /** All that is served. */
  served(): Promise<PublishedList[]>;
  /** The list of this signer, when it is served; without a signer the only one of its kind. */
  find(kind: ListKind, issuer?: string): Promise<PublishedList | undefined>;
  /** Keeps and logs all of them or, when one is older than what is kept, none (TL2). The same list again is no refusal. */
  replace(lists: readonly PublishedList[], nowMillis: number): Promise<TcmfRefused | undefined>;
}

/** Ends a transaction that is to leave nothing behind. */
class RolledBack extends Error {}

export function publishedListStore(dataSource: DataSource): PublishedListStore {
  const rows = dataSource.getRepository(PublishedListEntity);
  return {
    served: async () => (await rows.findBy({ isServed: true })).map(listOf),
    async find(kind, issuer) {
      const row = await rows.findOneBy({ kind, isServed: true, ...(issuer === undefined ? {} : { issuer }) });
      return row === null ? undefined : listOf(row);
    },
    async replace(lists, nowMillis) {
      try {
        await dataSource.transaction(async (manager) => {
          for (const list of lists) await replaceOne(manager, list);
          await appendLeaves(manager, lists.flatMap(leavesOf), nowMillis);
        });
        return undefined;
      } catch (error) {
        if (error instanceof RolledBack) return refuse('list-rollback');
        throw error;
      }
    },
  };
}

const listOf = ({ kind, bytes }: PublishedListEntity): PublishedList => describeKept(kind, new Uint8Array(bytes));

/** The date decides in the database, so that of two publishers at once the newer list stays. */
async function replaceOne(manager: EntityManager, list: PublishedList): Promise<void> {
  const { kind, issuer } = list;
  await manager.query(
    `INSERT INTO published_list (kind, issuer, issue_date_millis, bytes, is_served) VALUES ($1, $2, $3, $4, true)
     ON CONFLICT (kind, issuer) DO UPDATE SET issue_date_millis = EXCLUDED.issue_date_millis, bytes = EXCLUDED.bytes,
       is_served = true
     WHERE published_list.issue_date_millis < EXCLUDED.issue_date_millis`,
    [kind, issuer, list.issueDateMillis, Buffer.from(list.bytes)],
  );
  const kept = await manager.findOneByOrFail(PublishedListEntity, { kind, issuer });
  if (Buffer.compare(kept.bytes, list.bytes) !== 0) throw new RolledBack();
  if (kind === 'trcl') await serveDomainsOf(manager, list.roots);
}

/** TL4: with the root go its lists; they come back with the root. */
async function serveDomainsOf(manager: EntityManager, roots: readonly string[]): Promise<void> {
  await manager.query(`UPDATE published_list SET is_served = (issuer = ANY($1)) WHERE kind <> 'trcl'`, [roots]);
}
