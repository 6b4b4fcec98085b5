/**
 * Enrolments in PostgreSQL: the constraints decide who was first. What comes side by side shares its statements and its commit;
 * each caller is answered after that commit.
 */
import type { DataSource } from 'typeorm';
import type { EnrolmentStore, Intent, StoredEnrolment } from '../domain/enrol.js';
import type { IssuedEnrolment } from '../domain/renew.js';
import { gathered, type GatheringRules } from '#service/gathered.js';
import { activateAll } from './activate.js';
import { EnrolmentEntity } from './enrolment.entity.js';

/** Each statement here may be done twice: what it finds done, it leaves. */
const RULES: GatheringRules = { most: 64, aloneAfterFailure: true };

export function enrolmentStore(dataSource: DataSource): EnrolmentStore {
  return {
    ofRequest: gathered((hashes: readonly Uint8Array[]) => find(dataSource, 'request_hash', hashes), RULES),
    ofKey: gathered((hashes: readonly Uint8Array[]) => find(dataSource, 'key_hash', hashes), RULES),
    intend: gathered((intents: readonly Intent[]) => intendAll(dataSource, intents), RULES),
    complete: activateAll(dataSource, RULES),
  };
}

/** The enrolment of a certificate (SM3, 32 bytes) that was issued here. */
export async function issuedEnrolment(
  dataSource: DataSource,
  certificateHash: Uint8Array,
): Promise<IssuedEnrolment | undefined> {
  const row = await dataSource
    .getRepository(EnrolmentEntity)
    .findOneBy({ certificateHash: Buffer.from(certificateHash) });
  if (row === null) return undefined;
  const { keyHash, isActive, stoppedMillis, createdMillis, expiresMillis } = row;
  return {
    keyHash: new Uint8Array(keyHash),
    isActive,
    isStopped: stoppedMillis !== null,
    createdMillis: Number(createdMillis),
    expiresMillis: Number(expiresMillis),
  };
}

interface Row {
  readonly request_hash: Buffer;
  readonly key_hash: Buffer;
  readonly device_index: Buffer;
  readonly tbs: Buffer;
  readonly created_millis: string;
  readonly answer: Buffer | null;
  readonly stopped_millis: string | null;
}

const stored = (row: Row): StoredEnrolment => ({
  isStopped: row.stopped_millis !== null,
  requestHash: new Uint8Array(row.request_hash),
  deviceIndex: new Uint8Array(row.device_index),
  tbs: new Uint8Array(row.tbs),
  createdMillis: Number(row.created_millis),
  answer: row.answer === null ? undefined : new Uint8Array(row.answer),
});

const nameOf = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');

/** What stands under each of these hashes. */
async function find(
  dataSource: DataSource,
  by: 'request_hash' | 'key_hash',
  hashes: readonly Uint8Array[],
): Promise<(StoredEnrolment | undefined)[]> {
  const rows: Row[] = await dataSource.query(
    `SELECT request_hash, key_hash, device_index, tbs, created_millis, answer, stopped_millis
      FROM enrolment WHERE ${by} = ANY ($1::bytea[])`,
    [hashes.map((hash) => Buffer.from(hash))],
  );
  const found = new Map(rows.map((row) => [nameOf(row[by]), stored(row)]));
  return hashes.map((hash) => found.get(nameOf(hash)));
}

/** Each as it is stored: as given to the first of its request, to others what stands, to those with another's key nothing. */
async function intendAll(dataSource: DataSource, intents: readonly Intent[]): Promise<(StoredEnrolment | undefined)[]> {
  const bytes = (of: (intent: Intent) => Uint8Array): Buffer[] => intents.map((intent) => Buffer.from(of(intent)));
  // In one statement, too, the earlier row stands and the later one is left out.
  const inserted: Pick<Row, 'request_hash'>[] = await dataSource.query(
    `INSERT INTO enrolment (request_hash, key_hash, device_index, tbs, created_millis, expires_millis, is_active)
      SELECT *, false FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bigint[])
      ON CONFLICT DO NOTHING RETURNING request_hash`,
    [
      bytes(({ requestHash }) => requestHash),
      bytes(({ keyHash }) => keyHash),
      bytes(({ deviceIndex }) => deviceIndex),
      bytes(({ tbs }) => tbs),
      intents.map(({ createdMillis }) => Math.floor(createdMillis)),
      intents.map(({ expiresMillis }) => Math.floor(expiresMillis)),
    ],
  );
  const firsts = new Set(inserted.map((row) => nameOf(row.request_hash)));
  const isFirst = intents.map(({ requestHash }) => firsts.delete(nameOf(requestHash)));
  const others = intents.filter((_, n) => !isFirst[n]).map(({ requestHash }) => requestHash);
  // What stands in the way is this request, sent twice at once, or its key.
  const standing = (others.length === 0 ? [] : await find(dataSource, 'request_hash', others)).values();
  return intents.map((intent, n) =>
    isFirst[n] ? { ...intent, answer: undefined, isStopped: false } : standing.next().value,
  );
}
