/**
 * Orders, what they revoke, and lists in PostgreSQL. One builder of a series at a time (a lock that ends with the
 * transaction); the primary key of `issued_crl` refuses a number twice should a second one come nevertheless.
 */
import type { DataSource, EntityManager } from 'typeorm';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import type { HashEntry } from '#credentials/hash-crl.js';
import type { LinkedEntry } from '#credentials/linked-crl.js';
import type { ListPlace } from '../domain/next-list.js';
import { IssuedCrlEntity } from './issued-crl.entity.js';
import { RevocationOrderEntity } from './revocation-order.entity.js';
import { revokedCertificates, takeCertificates } from './revoked-certificates.js';
import { revokedChains, takeChains } from './revoked-chains.js';
import type { RevokedChains, RevokedRows, StoredCertificate } from './revoked-rows.js';

const BUILDER_LOCK = 0x63726c; // 'crl'

export type ListKind = 'full' | 'delta';

/** A SecuredCrl as it is served, of the CRACA with this HashedId8. */
export interface CrlCopy {
  readonly craca: Uint8Array;
  readonly bytes: Uint8Array;
}

/** One list, under each certificate of ours; at least one copy. */
export interface IssuedCrl extends ListPlace {
  readonly kind: ListKind;
  /** All that is revoked with it and those it follows. */
  readonly entries: number;
  readonly copies: readonly CrlCopy[];
}

/** The newest list without its bytes, and what is to be known of those before it. */
export interface LastList extends ListPlace {
  readonly entries: number;
  /** HashedId8, hex, of the certificates that have a copy of it. */
  readonly cracas: readonly string[];
  /** `entries` of the last full list. */
  readonly entriesOfFull: number;
}

/** What the builder of a list sees and does, in one transaction. */
export interface ListBuilding {
  last(): Promise<LastList | undefined>;
  /**
   * The orders that wait for a list. To be asked before what they revoke: orders come in while a list is built, and one that
   * was there then has its rows among those read after.
   */
  owedOrders(): Promise<Uint8Array[]>;
  readonly chains: RevokedChains;
  readonly certificates: RevokedRows<StoredCertificate>;
  /** Tells orders the number of the list that has, or will have, what they revoke. */
  answer(orders: readonly Uint8Array[], number: number): Promise<void>;
  store(lists: readonly IssuedCrl[]): Promise<void>;
}

export interface CrlStore {
  /** The order with this hash: `undefined` when unknown, else its list's number, null while no list was thought of. */
  orderAnswer(requestHash: Uint8Array): Promise<{ crlNumber: number | null } | undefined>;
  /** Stores an order and what it revokes, all or nothing; false when its approval was used before. */
  takeOrder(order: Order): Promise<boolean>;
  last(): Promise<LastList | undefined>;
  /** Whether anything stands on no list yet. */
  isOwed(): Promise<boolean>;
  /** The last full list and the deltas of its period and later, in the order of their numbers, with their bytes. */
  published(): Promise<IssuedCrl[]>;
  build<T>(run: (building: ListBuilding) => Promise<T>): Promise<T>;
  forgetExpiredOrders(nowMillis: number): Promise<void>;
}

export interface Order {
  readonly requestHash: Uint8Array;
  readonly approvalHash: Uint8Array;
  readonly expiresMillis: number;
  readonly chains?: readonly LinkedEntry[];
  readonly certificates?: readonly HashEntry[];
}

export function crlStore(dataSource: DataSource, series: number): CrlStore {
  return {
    async orderAnswer(requestHash) {
      const row = await dataSource
        .getRepository(RevocationOrderEntity)
        .findOneBy({ requestHash: Buffer.from(requestHash) });
      return row === null ? undefined : { crlNumber: row.crlNumber };
    },
    takeOrder: (order) => dataSource.transaction((manager) => takeOrder(manager, series, order)),
    last: () => lastOf(dataSource.manager, series),
    async isOwed() {
      const table = series === CRL_SERIES ? 'revoked_chain' : 'revoked_certificate';
      const [row] = (await dataSource.query(
        `SELECT EXISTS (SELECT 1 FROM ${table} WHERE first_crl IS NULL) AS owed`,
      )) as { owed: boolean }[];
      return row?.owed === true;
    },
    published: () => publishedOf(dataSource.manager, series),
    build: (run) =>
      dataSource.transaction(async (manager) => {
        await manager.query('SELECT pg_advisory_xact_lock($1, $2)', [BUILDER_LOCK, series]);
        return run(building(manager, series));
      }),
    async forgetExpiredOrders(nowMillis) {
      await dataSource.query('DELETE FROM revocation_order WHERE expires_millis < $1 AND crl_number IS NOT NULL', [
        String(Math.floor(nowMillis)),
      ]);
    },
  };
}

async function takeOrder(manager: EntityManager, series: number, order: Order): Promise<boolean> {
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(RevocationOrderEntity)
    .values({
      requestHash: Buffer.from(order.requestHash),
      approvalHash: Buffer.from(order.approvalHash),
      expiresMillis: String(Math.ceil(order.expiresMillis)),
      series,
      crlNumber: null,
    })
    .orIgnore()
    .returning('request_hash')
    .execute();
  if ((inserted.raw as unknown[]).length === 0) return false;
  if (order.chains !== undefined) await takeChains(manager, order.chains);
  if (order.certificates !== undefined) await takeCertificates(manager, order.certificates);
  return true;
}

interface PlaceRow {
  number: number;
  i_rev: number;
  index_within_i: number;
  issue_millis: string;
  next_millis: string;
  entries: number;
  craca: Buffer;
}
const placeOf = (row: PlaceRow): ListPlace & { entries: number } => ({
  number: row.number,
  iRev: row.i_rev,
  indexWithinI: row.index_within_i,
  issueMillis: Number(row.issue_millis),
  nextMillis: Number(row.next_millis),
  entries: row.entries,
});
const PLACE = 'number, i_rev, index_within_i, issue_millis, next_millis, entries, craca';
const LAST_FULL = `(SELECT max(number) FROM issued_crl WHERE series = $1 AND kind = 'full')`;

async function lastOf(manager: EntityManager, series: number): Promise<LastList | undefined> {
  const newest = '(SELECT max(number) FROM issued_crl WHERE series = $1)';
  const rows = (await manager.query(`SELECT ${PLACE} FROM issued_crl WHERE series = $1 AND number = ${newest}`, [
    series,
  ])) as PlaceRow[];
  const [row] = rows;
  if (row === undefined) return undefined;
  const [full] = (await manager.query(
    `SELECT entries FROM issued_crl WHERE series = $1 AND kind = 'full' AND number = ${LAST_FULL} LIMIT 1`,
    [series],
  )) as { entries: number }[];
  const cracas = [...new Set(rows.map(({ craca }) => craca.toString('hex')))];
  return { ...placeOf(row), cracas, entriesOfFull: full?.entries ?? 0 };
}

async function publishedOf(manager: EntityManager, series: number): Promise<IssuedCrl[]> {
  const rows = (await manager.query(
    `SELECT kind, bytes, ${PLACE} FROM issued_crl WHERE series = $1 AND (number = ${LAST_FULL} OR (kind = 'delta'
      AND i_rev >= (SELECT max(i_rev) FROM issued_crl WHERE series = $1 AND number = ${LAST_FULL})))
      ORDER BY number, kind`,
    [series],
  )) as (PlaceRow & { kind: ListKind; bytes: Buffer })[];
  const lists = new Map<string, IssuedCrl & { copies: CrlCopy[] }>();
  for (const row of rows) {
    const key = `${row.number} ${row.kind}`;
    const list = lists.get(key) ?? { ...placeOf(row), kind: row.kind, copies: [] };
    list.copies.push({ craca: new Uint8Array(row.craca), bytes: new Uint8Array(row.bytes) });
    lists.set(key, list);
  }
  return [...lists.values()];
}

function building(manager: EntityManager, series: number): ListBuilding {
  return {
    last: () => lastOf(manager, series),
    async owedOrders() {
      const rows = (await manager.query(
        'SELECT request_hash FROM revocation_order WHERE series = $1 AND crl_number IS NULL',
        [series],
      )) as { request_hash: Buffer }[];
      return rows.map(({ request_hash: hash }) => hash);
    },
    chains: revokedChains(manager),
    certificates: revokedCertificates(manager),
    async answer(orders, number) {
      if (orders.length === 0) return;
      await manager.query('UPDATE revocation_order SET crl_number = $1 WHERE request_hash = ANY($2::bytea[])', [
        number,
        orders.map((hash) => Buffer.from(hash)),
      ]);
    },
    async store(lists) {
      for (const { copies, issueMillis, nextMillis, ...list } of lists) {
        const dates = { issueMillis: String(issueMillis), nextMillis: String(nextMillis) };
        const rows = copies.map(({ craca, bytes }) => ({ craca: Buffer.from(craca), bytes: Buffer.from(bytes) }));
        await manager.insert(
          IssuedCrlEntity,
          rows.map((copy) => ({ series, ...list, ...dates, ...copy })),
        );
      }
    },
  };
}
