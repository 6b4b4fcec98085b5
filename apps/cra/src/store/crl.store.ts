/**
 * Orders, chains and lists in PostgreSQL. One builder at a time (a lock that ends with the transaction); the primary key
 * of `issued_crl` refuses a number twice should a second one come nevertheless.
 */
import { In, IsNull, LessThan, Not, type DataSource, type EntityManager } from 'typeorm';
import type { LinkedEntry } from '#credentials/linked-crl.js';
import type { ListPlace } from '../domain/next-list.js';
import { IssuedCrlEntity } from './issued-crl.entity.js';
import { RevocationOrderEntity } from './revocation-order.entity.js';
import { RevokedChainEntity } from './revoked-chain.entity.js';

const BUILDER_LOCK = 0x63726c; // 'crl'

export interface IssuedCrl extends ListPlace {
  readonly entries: number;
  /** One list, under each certificate of ours; at least one copy. */
  readonly copies: readonly CrlCopy[];
}

/** A SecuredCrl as it is served, of the CRACA with this HashedId8. */
export interface CrlCopy {
  readonly craca: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface StoredChain extends LinkedEntry {
  readonly id: number;
  /** Not on any list yet. */
  readonly isOwed: boolean;
}

/** What stands on a list: never what came in while it was signed. */
export interface Answered {
  readonly chainIds: readonly number[];
  readonly orders: readonly Uint8Array[];
}

/** What the builder of a list sees and does, in one transaction. */
export interface ListBuilding {
  last(): Promise<IssuedCrl | undefined>;
  /**
   * The orders that wait for a list. To be asked before `chains`: orders come in while a list is built, and one that was
   * there then has its chains among those read after.
   */
  owedOrders(): Promise<Uint8Array[]>;
  chains(): Promise<StoredChain[]>;
  /** Replaces seeds by later ones. */
  moveOn(chains: readonly StoredChain[]): Promise<void>;
  /** Erases a chain; used when another one has the same seeds, or when its time is over. */
  erase(ids: readonly number[]): Promise<void>;
  /** Stores the list, and marks exactly these chains and orders as answered by it. */
  store(list: IssuedCrl, answered: Answered): Promise<void>;
}

export interface CrlStore {
  /** The order with this hash: `undefined` when unknown, else its list's number, null while that is owed. */
  orderAnswer(requestHash: Uint8Array): Promise<{ crlNumber: number | null } | undefined>;
  /** Stores an order and its chains, all or nothing; false when its approval was used before. */
  takeOrder(order: Order): Promise<boolean>;
  last(): Promise<IssuedCrl | undefined>;
  build<T>(run: (building: ListBuilding) => Promise<T>): Promise<T>;
  forgetExpiredOrders(nowMillis: number): Promise<void>;
}

export interface Order {
  readonly requestHash: Uint8Array;
  readonly approvalHash: Uint8Array;
  readonly expiresMillis: number;
  readonly chains: readonly LinkedEntry[];
}

export function crlStore(dataSource: DataSource, series: number): CrlStore {
  return {
    async orderAnswer(requestHash) {
      const row = await dataSource
        .getRepository(RevocationOrderEntity)
        .findOneBy({ requestHash: Buffer.from(requestHash) });
      return row === null ? undefined : { crlNumber: row.crlNumber };
    },
    takeOrder: (order) => dataSource.transaction((manager) => takeOrder(manager, order)),
    last: () => lastOf(dataSource.manager, series),
    build: (run) =>
      dataSource.transaction(async (manager) => {
        await manager.query('SELECT pg_advisory_xact_lock($1)', [BUILDER_LOCK]);
        return run(building(manager, series));
      }),
    async forgetExpiredOrders(nowMillis) {
      const expired = { expiresMillis: LessThan(String(Math.floor(nowMillis))), crlNumber: Not(IsNull()) };
      await dataSource.getRepository(RevocationOrderEntity).delete(expired);
    },
  };
}

async function takeOrder(manager: EntityManager, order: Order): Promise<boolean> {
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(RevocationOrderEntity)
    .values({
      requestHash: Buffer.from(order.requestHash),
      approvalHash: Buffer.from(order.approvalHash),
      expiresMillis: String(Math.ceil(order.expiresMillis)),
      crlNumber: null,
    })
    .orIgnore()
    .returning('request_hash')
    .execute();
  if ((inserted.raw as unknown[]).length === 0) return false;
  // A chain that stands already with these very seeds is revoked already.
  await manager
    .createQueryBuilder()
    .insert()
    .into(RevokedChainEntity)
    .values(order.chains.map(row))
    .orIgnore()
    .execute();
  return true;
}

const bufferOrNull = (bytes: Uint8Array | undefined): Buffer | null => (bytes ? Buffer.from(bytes) : null);
const row = ({ iRev, iMax, jMax, la1Id, seed1, la2Id, seed2 }: LinkedEntry): Omit<RevokedChainEntity, 'id'> => ({
  iRev,
  iMax,
  jMax,
  la1Id: Buffer.from(la1Id),
  seed1: Buffer.from(seed1),
  la2Id: bufferOrNull(la2Id),
  seed2: bufferOrNull(seed2),
  firstCrl: null,
});

const stored = (chain: RevokedChainEntity): StoredChain => ({
  id: chain.id,
  isOwed: chain.firstCrl === null,
  iRev: chain.iRev,
  iMax: chain.iMax,
  jMax: chain.jMax,
  la1Id: new Uint8Array(chain.la1Id),
  seed1: new Uint8Array(chain.seed1),
  ...(chain.la2Id && chain.seed2 ? { la2Id: new Uint8Array(chain.la2Id), seed2: new Uint8Array(chain.seed2) } : {}),
});

async function lastOf(manager: EntityManager, series: number): Promise<IssuedCrl | undefined> {
  const last = await manager.findOne(IssuedCrlEntity, { where: { series }, order: { number: 'DESC' } });
  if (last === null) return undefined;
  const { number, iRev, indexWithinI, entries } = last;
  const [issueMillis, nextMillis] = [Number(last.issueMillis), Number(last.nextMillis)];
  const copies = (await manager.findBy(IssuedCrlEntity, { series, number })).map(({ craca, bytes }) => ({
    craca: new Uint8Array(craca),
    bytes: new Uint8Array(bytes),
  }));
  return { number, iRev, indexWithinI, issueMillis, nextMillis, entries, copies };
}

function building(manager: EntityManager, series: number): ListBuilding {
  return {
    last: () => lastOf(manager, series),
    owedOrders: async () =>
      (await manager.findBy(RevocationOrderEntity, { crlNumber: IsNull() })).map(({ requestHash }) => requestHash),
    chains: async () => (await manager.find(RevokedChainEntity, { order: { id: 'ASC' } })).map(stored),
    async moveOn(chains) {
      for (const { id, iRev, seed1, seed2 } of chains) {
        await manager.update(
          RevokedChainEntity,
          { id },
          { iRev, seed1: Buffer.from(seed1), seed2: bufferOrNull(seed2) },
        );
      }
    },
    async erase(ids) {
      if (ids.length > 0) await manager.delete(RevokedChainEntity, [...ids]);
    },
    async store({ copies, issueMillis, nextMillis, ...list }, { chainIds, orders }) {
      const dates = { issueMillis: String(issueMillis), nextMillis: String(nextMillis) };
      const rows = copies.map(({ craca, bytes }) => ({ craca: Buffer.from(craca), bytes: Buffer.from(bytes) }));
      await manager.insert(
        IssuedCrlEntity,
        rows.map((copy) => ({ series, ...list, ...dates, ...copy })),
      );
      const listed = { id: In([...chainIds]), firstCrl: IsNull() };
      await manager.update(RevokedChainEntity, listed, { firstCrl: list.number });
      const requestHash = In(orders.map((hash) => Buffer.from(hash)));
      await manager.update(RevocationOrderEntity, { requestHash }, { crlNumber: list.number });
    },
  };
}
