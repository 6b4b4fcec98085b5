/**
 * The log in PostgreSQL. One writer at a time (a lock that ends with the transaction): entries, their nodes and what is
 * published with them are there together or not at all.
 */
import type { DataSource, EntityManager } from 'typeorm';
import { decode, encode } from '#coer/codec.js';
import {
  append,
  foldNodes,
  nodesOf,
  type EntryRange,
  type Frontier,
  type Node,
  type NodePlace,
} from '#credentials/transparency/merkle-tree.js';
import type { Leaf } from '#credentials/transparency/log-entry.js';
import { SignedTreeHead } from '#wire/transparency-log.js';
import { LogEntryEntity, LogHeadEntity } from './log.entity.js';

const WRITER_LOCK = 0x6c6f67; // 'log'

/** What the signer of a head is shown, while nothing can be added. */
export interface HeadToSign {
  readonly size: number;
  readonly root: Uint8Array;
  /** The newest head, when there is one. */
  readonly kept: SignedTreeHead | undefined;
}

export interface LogStore {
  /** Adds what is not there yet, in this order; entries that stand already stay where they are. */
  append(leaves: readonly Leaf[], nowMillis: number): Promise<void>;
  /** Where the entry with this leaf hash stands. */
  find(leafHash: Uint8Array): Promise<number | undefined>;
  size(): Promise<number>;
  /** Entries from `first` on, at most `count`, encoded. */
  entries(first: number, count: number): Promise<Uint8Array[]>;
  /** The hash of each range; all of its entries must be there. */
  hashes(ranges: readonly EntryRange[]): Promise<Uint8Array[]>;
  /** The newest head, which may be older than the newest entry. */
  head(): Promise<SignedTreeHead | undefined>;
  /** Keeps the head that `sign` makes of the tree as it is; when it answers `undefined` the kept one stays, and is answered. */
  renewHead(sign: (tree: HeadToSign) => Promise<SignedTreeHead | undefined>): Promise<SignedTreeHead>;
}

export function logStore(dataSource: DataSource): LogStore {
  const { manager } = dataSource;
  return {
    append: (leaves, nowMillis) => dataSource.transaction((inside) => appendLeaves(inside, leaves, nowMillis)),
    async find(leafHash) {
      const row = await manager.findOneBy(LogEntryEntity, { leafHash: Buffer.from(leafHash) });
      return row === null ? undefined : Number(row.position);
    },
    size: () => sizeOf(manager),
    async entries(first, count) {
      const rows = await manager
        .createQueryBuilder(LogEntryEntity, 'entry')
        .where('entry.position >= :first', { first })
        .orderBy('entry.position')
        .limit(count)
        .getMany();
      return rows.map(({ bytes }) => new Uint8Array(bytes));
    },
    hashes: (ranges) => hashesOf(manager, ranges),
    head: () => headOf(manager),
    renewHead: (sign) => dataSource.transaction((inside) => renewHead(inside, sign)),
  };
}

/** Within the transaction of a caller: with it the entries are there, or are not. */
export async function appendLeaves(manager: EntityManager, leaves: readonly Leaf[], nowMillis: number): Promise<void> {
  await lock(manager);
  const fresh = await withoutKnown(manager, leaves);
  if (fresh.length === 0) return;
  let frontier = await frontierOf(manager);
  const nodes: Node[] = [];
  const first = frontier.size;
  for (const { hash } of fresh) {
    const grown = append(frontier, hash);
    nodes.push(...grown.completed);
    frontier = grown.frontier;
  }
  const rows = fresh.map(({ hash, bytes }, at) => ({
    position: String(first + at),
    leafHash: Buffer.from(hash),
    bytes: Buffer.from(bytes),
    loggedMillis: String(Math.floor(nowMillis)),
  }));
  await manager.insert(LogEntryEntity, rows);
  await insertNodes(manager, nodes);
}

const lock = (manager: EntityManager): Promise<unknown> =>
  manager.query('SELECT pg_advisory_xact_lock($1)', [WRITER_LOCK]);

async function withoutKnown(manager: EntityManager, leaves: readonly Leaf[]): Promise<Leaf[]> {
  const key = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
  const hashes = leaves.map(({ hash }) => Buffer.from(hash));
  const rows = await manager.query<{ leaf_hash: Buffer }[]>(
    'SELECT leaf_hash FROM log_entry WHERE leaf_hash = ANY($1::bytea[])',
    [hashes],
  );
  const known = new Set(rows.map((row) => key(row.leaf_hash)));
  return leaves.filter(({ hash }) => !known.has(key(hash)) && known.add(key(hash)));
}

async function sizeOf(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ size: string }[]>('SELECT coalesce(max(position) + 1, 0) AS size FROM log_entry');
  return Number(row?.size ?? 0);
}

async function frontierOf(manager: EntityManager): Promise<Frontier> {
  const size = await sizeOf(manager);
  return { size, hashes: await nodeHashes(manager, nodesOf({ start: 0, end: size })) };
}

async function insertNodes(manager: EntityManager, nodes: readonly Node[]): Promise<void> {
  await manager.query(
    `INSERT INTO log_node (level, position, hash)
     SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])`,
    [nodes.map(({ level }) => level), nodes.map(({ index }) => index), nodes.map(({ hash }) => Buffer.from(hash))],
  );
}

/** All in one query, in the order of the places. */
async function nodeHashes(manager: EntityManager, places: readonly NodePlace[]): Promise<Uint8Array[]> {
  if (places.length === 0) return [];
  const rows = await manager.query<{ level: number; position: string; hash: Buffer }[]>(
    `SELECT level, position, hash FROM log_node
     WHERE (level, position) IN (SELECT * FROM unnest($1::smallint[], $2::bigint[]))`,
    [places.map(({ level }) => level), places.map(({ index }) => index)],
  );
  const found = new Map(rows.map(({ level, position, hash }) => [`${level}/${position}`, new Uint8Array(hash)]));
  return places.map(({ level, index }) => {
    const hash = found.get(`${level}/${index}`);
    if (hash === undefined) throw new Error(`the log has no node ${level}/${index}`);
    return hash;
  });
}

async function hashesOf(manager: EntityManager, ranges: readonly EntryRange[]): Promise<Uint8Array[]> {
  const places = ranges.map(nodesOf);
  const hashes = await nodeHashes(manager, places.flat());
  return places.map((own) => foldNodes(hashes.splice(0, own.length)));
}

async function headOf(manager: EntityManager): Promise<SignedTreeHead | undefined> {
  const row = await manager.findOneBy(LogHeadEntity, { onlyRow: true });
  return row === null ? undefined : decode(SignedTreeHead, new Uint8Array(row.bytes));
}

async function renewHead(
  manager: EntityManager,
  sign: (tree: HeadToSign) => Promise<SignedTreeHead | undefined>,
): Promise<SignedTreeHead> {
  await lock(manager);
  const { size, hashes } = await frontierOf(manager);
  const kept = await headOf(manager);
  const signed = await sign({ size, root: foldNodes(hashes), kept });
  if (signed === undefined) {
    if (kept === undefined) throw new Error('the log has no head, and none was signed');
    return kept;
  }
  await manager.upsert(LogHeadEntity, { onlyRow: true, bytes: Buffer.from(encode(SignedTreeHead, signed)) }, [
    'onlyRow',
  ]);
  return signed;
}
