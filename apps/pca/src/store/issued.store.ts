/** IssuedStore in PostgreSQL: intents are inserted once and the constraints decide; results are one row a batch and period. */
import { QueryFailedError, type DataSource, type EntityManager } from 'typeorm';
import { compareBytes, hex } from '#crypto/bytes.js';
import type { Random } from '#crypto/random.js';
import { refused, type Refused } from '#credentials/refusal.js';
import { constraintOfTable, dropPartitionsBefore, ensurePeriodPartitions } from '#persistence/period-partitions.js';
import type {
  Begun,
  Intent,
  IssuedStore,
  ItemHandle,
  KnownItem,
  RepeatRefusal,
  Result,
  VoidIntent,
} from '../domain/issued-store.js';
import { ISSUED_FIRST_TAG, ISSUED_ITEM, ISSUED_KEY, ISSUED_LINKAGE_VALUE, ISSUED_SECOND_TAG } from './issued.entity.js';
import * as sql from './issued.sql.js';
import { joined, packed } from './packed.js';

/** `known`: another batch brought the same item meanwhile. */
const REPEATS: Readonly<Record<string, RepeatRefusal | 'known'>> = {
  [ISSUED_ITEM]: 'known',
  [ISSUED_KEY]: 'item-key-certified-before',
  [ISSUED_LINKAGE_VALUE]: 'item-linkage-value-repeated',
  [ISSUED_FIRST_TAG]: 'item-linkage-used-before',
  [ISSUED_SECOND_TAG]: 'item-linkage-used-before',
};
export const ISSUED_TABLES = ['issued', 'issued_certificates', 'issued_answers'] as const;
/** The second look meets those that came meanwhile; a third is for those that came during the second. */
const MOST_LOOKS = 3;

interface FoundRow {
  item_hash: Buffer;
  tbs_hash: Buffer;
  is_issued: boolean;
  response: Buffer | null;
}
type Run = Pick<DataSource | EntityManager, 'query'>;
interface Group<T> {
  readonly i: number;
  /** In the order of their hashes: the place of each in its batch. */
  readonly all: readonly T[];
}
interface Placed {
  readonly intent: Intent;
  readonly place: number;
}

export function issuedStore(dataSource: DataSource, random: Random): IssuedStore {
  return {
    find: async (items) => (await findAll(dataSource, items)).map(knownItem),
    begin: (intents, pra) => begin(dataSource, intents, { pra, batch: hex(random.bytes(16)) }),
    complete: (batch, results) => complete(dataSource, batch, results),
    async findCertificate(i, lv, certificateHash) {
      const [row] = await dataSource.query<{ item_hash: Buffer; pra: string }[]>(sql.FIND_CERTIFICATE, [
        i,
        Buffer.from(lv),
        Buffer.from(certificateHash),
      ]);
      return row && { itemHash: new Uint8Array(row.item_hash), pra: row.pra };
    },
    async erase(i, keepFromI) {
      await dropPartitionsBefore(dataSource, 'issued_answers', i);
      await dropPartitionsBefore(dataSource, 'issued_certificates', keepFromI);
      await dropPartitionsBefore(dataSource, 'issued', keepFromI);
      await dataSource.query('DELETE FROM issued_void WHERE i < $1', [keepFromI]);
    },
  };
}

const key = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
const byHash = (a: ItemHandle, b: ItemHandle): number => compareBytes(a.itemHash, b.itemHash);
const hashesOf = (items: readonly ItemHandle[]): Buffer => packed(items.map(({ itemHash }) => itemHash));

/** By period, the lowest first, and within it in the order of the hashes. */
function grouped<T extends ItemHandle>(items: readonly T[]): Group<T>[] {
  const periods = [...new Set(items.map(({ i }) => i))].sort((a, b) => a - b);
  return periods.map((i) => ({ i, all: items.filter((item) => item.i === i).sort(byHash) }));
}

async function findAll(run: Run, items: readonly ItemHandle[]): Promise<FoundRow[]> {
  const found: FoundRow[] = [];
  for (const { i, all } of grouped(items))
    found.push(...(await run.query<FoundRow[]>(sql.FIND, [i, hashesOf(all), all.length])));
  return found;
}

const knownItem = (row: FoundRow): KnownItem => ({
  itemHash: new Uint8Array(row.item_hash),
  isIssued: row.is_issued,
  response: row.response === null ? undefined : new Uint8Array(row.response),
});

interface Batch {
  readonly pra: string;
  readonly batch: string;
}

async function begin(
  dataSource: DataSource,
  intents: readonly Intent[],
  batch: Batch,
): Promise<Begun | Refused<RepeatRefusal>> {
  const groups = grouped(intents);
  const periods = groups.map(({ i }) => i);
  for (const table of ISSUED_TABLES) await ensurePeriodPartitions(dataSource, table, periods);
  let repeat = await repeatIn(() => insertAll(dataSource, groups, batch));
  if (repeat === undefined) return { kind: 'begun', batch: batch.batch, voided: [] };
  for (let looks = 0, known = 0; looks < MOST_LOOKS; looks++) {
    const before = await findAll(dataSource, intents);
    // The same items brought twice at one moment can meet in any constraint before either is seen: a repeat is one that is
    // still there when no further item came to be known.
    if (before.length === known && repeat !== 'known') return refused(repeat);
    known = before.length;
    const voided: VoidIntent[] = [];
    repeat = await repeatIn(() => beginAgain(dataSource, groups, batch, voided));
    if (repeat === undefined) return { kind: 'begun', batch: batch.batch, voided };
  }
  throw new Error('the same items keep coming from elsewhere');
}

/** Nothing was written when a constraint is named. */
async function repeatIn(write: () => Promise<void>): Promise<RepeatRefusal | 'known' | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    const repeat = error instanceof QueryFailedError ? REPEATS[constraintOfTable(constraintOf(error))] : undefined;
    if (repeat === undefined) throw error;
    return repeat;
  }
}

function constraintOf(error: QueryFailedError): string {
  const { constraint } = error.driverError as { constraint?: string };
  return constraint ?? '';
}

const placed = (all: readonly Intent[]): Placed[] => all.map((intent, place) => ({ intent, place }));

async function insertAll(dataSource: DataSource, groups: readonly Group<Intent>[], batch: Batch): Promise<void> {
  const [only] = groups;
  // One statement needs no transaction around it.
  if (groups.length === 1 && only !== undefined) return insert(dataSource, only.i, placed(only.all), batch);
  await dataSource.transaction(async (manager) => {
    for (const { i, all } of groups) await insert(manager, i, placed(all), batch);
  });
}

async function insert(run: Run, i: number, intents: readonly Placed[], { pra, batch }: Batch): Promise<void> {
  if (intents.length === 0) return;
  const places = intents.map(({ place }) => place);
  await run.query(sql.INSERT_INTENTS, [i, packedIntents(intents), intents.length, pra, batch, places]);
}

/** As `INSERT_INTENTS` takes them; throws for a value of another length, which would move all behind it. */
function packedIntents(intents: readonly Placed[]): Buffer {
  const bytes = Buffer.alloc(intents.length * sql.INTENT_BYTES);
  let at = 0;
  for (const { intent } of intents) {
    const { itemHash, lv, keyHash, linkageTags, tbsHash } = intent;
    for (const [n, value] of [itemHash, lv, keyHash, linkageTags[0], linkageTags[1] ?? sql.NO_TAG, tbsHash].entries()) {
      if (value.length !== sql.INTENT_PARTS[n]) throw new RangeError('intent: a value of another length');
      bytes.set(value, at);
      at += value.length;
    }
  }
  return bytes;
}

/** Some of the items are known: the others are noted, and of the known ones those that have no result and say other bytes. */
async function beginAgain(
  dataSource: DataSource,
  groups: readonly Group<Intent>[],
  batch: Batch,
  voided: VoidIntent[],
): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await manager.query(sql.TAKE_LOCK);
    for (const { i, all } of groups) {
      const standing = new Map((await findAll(manager, all)).map((row) => [key(row.item_hash), row]));
      const fresh = placed(all).filter(({ intent }) => !standing.has(key(intent.itemHash)));
      await insert(manager, i, fresh, batch);
      for (const { intent, place } of placed(all)) {
        const row = standing.get(key(intent.itemHash));
        if (row === undefined || row.is_issued || Buffer.compare(row.tbs_hash, intent.tbsHash) === 0) continue;
        const hashes = [Buffer.from(intent.itemHash), Buffer.from(intent.tbsHash)];
        await manager.query(sql.REPLACE, [i, ...hashes, batch.batch, place]);
        voided.push({ itemHash: intent.itemHash, tbsHash: new Uint8Array(row.tbs_hash) });
      }
    }
  });
}

async function complete(dataSource: DataSource, batch: string, results: readonly Result[]): Promise<Uint8Array[]> {
  const groups = grouped(results);
  const isKept = await keptWhole(dataSource, batch, groups);
  if (isKept) return results.map(({ response }) => response);
  const answers = new Map<string, Uint8Array>();
  await dataSource.transaction(async (manager) => {
    await manager.query(sql.TAKE_LOCK);
    for (const { i, all } of groups) await completePart(manager, batch, { i, all }, answers);
  });
  return results.map(({ itemHash }) => answers.get(key(itemHash)) ?? missing());
}

class NotWhole extends Error {}

/** Whether all intents still stood under this batch; else nothing was kept. */
async function keptWhole(dataSource: DataSource, batch: string, groups: readonly Group<Result>[]): Promise<boolean> {
  try {
    await dataSource.transaction(async (manager) => {
      await manager.query(sql.SHARE_LOCK);
      for (const group of groups) if (!(await keep(manager, batch, group))) throw new NotWhole();
    });
    return true;
  } catch (error) {
    if (error instanceof NotWhole) return false;
    throw error;
  }
}

async function keep(run: Run, batch: string, { i, all }: Group<Result>): Promise<boolean> {
  const certificates = joined(all.map(({ certificate }) => certificate));
  const responses = joined(all.map(({ response }) => response));
  const hashes = packed(all.map(({ certificateHash }) => certificateHash));
  const rows = await run.query<unknown[]>(sql.COMPLETE, [
    i,
    hashesOf(all),
    all.length,
    batch,
    certificates.bytes,
    certificates.starts,
    hashes,
    responses.bytes,
    responses.starts,
  ]);
  return rows.length === 1;
}

/** Some of the items stand under another batch: what has a result keeps it, the others come here. */
async function completePart(
  manager: EntityManager,
  batch: string,
  { i, all }: Group<Result>,
  answers: Map<string, Uint8Array>,
): Promise<void> {
  const standing = new Map((await findAll(manager, all)).map((row) => [key(row.item_hash), row]));
  const kept: Result[] = [];
  for (const result of all) {
    const row = standing.get(key(result.itemHash));
    if (row === undefined) throw new Error('a result without an intent');
    if (!row.is_issued && Buffer.compare(row.tbs_hash, result.tbsHash) !== 0)
      throw new Error('an intent was replaced while its certificate was made');
    if (!row.is_issued) kept.push(result);
    answers.set(key(result.itemHash), row.is_issued ? new Uint8Array(row.response ?? missing()) : result.response);
  }
  if (kept.length === 0) return;
  await manager.query(sql.MOVE, [i, hashesOf(kept), kept.length, batch]);
  if (!(await keep(manager, batch, { i, all: kept }))) throw new Error('intents moved while nobody else may move them');
}

function missing(): never {
  throw new Error('a stored result without an answer');
}
